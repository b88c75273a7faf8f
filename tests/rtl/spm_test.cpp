// cgra_spm in Verilator against docs/execution_model.md, section 6: random requests, conflicts, stalls, host accesses.
#include <gtest/gtest.h>
#include <verilated.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "Vspm_blocked.h"
#include "Vspm_interleaved.h"
#include "Vspm_narrow.h"
#include "Vspm_narrow_blocked.h"
#include "Vspm_private.h"
#include "Vspm_wide.h"
#include "compiler/base/random.h"

namespace heddle {
namespace {

constexpr std::uint64_t kBankBytes = 64;  // small, so that stores and loads meet

struct Shape {
  int width;
  int requests;
  std::uint64_t banks;
  int ports;
  bool interleaved;
  [[nodiscard]] std::uint64_t bytes() const { return banks * kBankBytes; }
  [[nodiscard]] std::uint64_t bank(std::uint64_t address) const {
    return interleaved ? address / static_cast<std::uint64_t>(width / 8) % banks : address / kBankBytes;
  }
};

struct Request {
  bool store = false;
  std::uint64_t address = 0;
  std::uint64_t bytes = 4;
  std::uint64_t data = 0;
};
using Requests = std::vector<std::optional<Request>>;

/// The scratchpad as section 6 tells it.
class Reference {
 public:
  explicit Reference(const Shape& shape, std::uint64_t line_bytes)
      : shape_(shape), line_bytes_(line_bytes), memory_(shape.bytes()) {}

  /// Serves one round of what remains; true if requests are left for later rounds.
  bool round(Requests& remaining, std::vector<std::optional<std::uint64_t>>& lines) {
    std::vector<int> used(shape_.banks);
    std::vector<Request> stores;
    bool left = false;
    for (std::size_t pe = 0; pe < remaining.size(); ++pe) {
      if (!remaining[pe]) continue;
      int& count = used[shape_.bank(remaining[pe]->address)];
      if (count == shape_.ports) {
        left = true;
        continue;
      }
      ++count;
      if (remaining[pe]->store)
        stores.push_back(*remaining[pe]);
      else
        lines[pe] = line(remaining[pe]->address);
      remaining[pe].reset();
    }
    for (const Request& store : stores)
      for (std::uint64_t i = 0; i < store.bytes; ++i)
        memory_[store.address + i] = static_cast<std::uint8_t>(store.data >> (8 * i));
    return left;
  }

  [[nodiscard]] std::uint64_t line(std::uint64_t address) const {
    return little_endian(address / line_bytes_ * line_bytes_, line_bytes_);
  }
  [[nodiscard]] std::uint64_t little_endian(std::uint64_t address, std::uint64_t bytes) const {
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < bytes; ++i) value |= std::uint64_t{memory_[address + i]} << (8 * i);
    return value;
  }
  void write(std::uint64_t address, std::uint32_t word) {
    for (std::uint64_t i = 0; i < 4; ++i) memory_[address + i] = static_cast<std::uint8_t>(word >> (8 * i));
  }

 private:
  Shape shape_;
  std::uint64_t line_bytes_;
  std::vector<std::uint8_t> memory_;
};

template <class Model>
class SpmBench {
 public:
  SpmBench(const Shape& shape, std::uint64_t seed) : shape_(shape), random_(seed), reference_(shape, line_bytes()) {
    model_->rst_ni = 0;
    model_->eval();
    model_->rst_ni = 1;
    model_->eval();
    for (std::uint64_t address = 0; address < shape_.bytes(); address += 4)
      host_write(address, static_cast<std::uint32_t>(random_.next()));
  }

  /// `cycles` array cycles; `density` of 8 requesters ask, `focus` of 8 requests go to one bank.
  void run(int cycles, std::uint64_t density, std::uint64_t focus) {
    model_->busy_i = 1;
    std::vector<std::optional<std::uint64_t>> expected(static_cast<std::size_t>(shape_.requests));
    for (int cycle = 0; cycle < cycles && !testing::Test::HasFatalFailure(); ++cycle)
      array_cycle(cycle, density, focus, expected);
    model_->req_i = 0;
    model_->busy_i = 0;
  }

  /// Every word by pipelined host reads.
  void check_memory() {
    for (std::uint64_t address = 0; address < shape_.bytes(); address += 4) {
      host(address, false, 0);
      ASSERT_EQ(model_->host_rdata_o, reference_.little_endian(address, 4)) << "address " << address;
    }
  }

  [[nodiscard]] int stalls() const { return stalls_; }

 private:
  std::uint64_t line_bytes() {
    model_->eval();
    return model_->line_bits_o / 8;
  }

  Request random_request(std::uint64_t focus) {
    Request request;
    request.store = random_.below(2) == 0;
    request.bytes = 1ULL << random_.below(static_cast<std::uint64_t>(shape_.width == 64   ? 4
                                                                     : shape_.width == 32 ? 3
                                                                                          : 2));
    do request.address = random_.below(shape_.bytes() / request.bytes) * request.bytes;
    while (shape_.bank(request.address) != 0 && random_.below(8) < focus);
    request.data = random_.next();
    return request;
  }

  void drive(const Requests& requests) {
    model_->req_i = 0;
    for (std::size_t m = 0; m < requests.size(); ++m) {
      const Request request =
          requests[m].value_or(Request{random_.below(2) == 0, random_.below(shape_.bytes()), 1, random_.next()});
      const std::uint64_t offset = request.address % line_bytes();
      const auto bit = static_cast<std::uint8_t>(1U << m);
      model_->req_i |= requests[m] ? bit : 0;
      model_->we_i = static_cast<std::uint8_t>((model_->we_i & ~bit) | (request.store ? bit : 0));
      model_->addr_i[m] = static_cast<std::uint32_t>(request.address);
      const std::uint64_t enables = ((1ULL << request.bytes) - 1) << offset;
      model_->be_i = (model_->be_i & ~(0xFFULL << (8 * m))) | (enables << (8 * m));
      const std::uint64_t data = request.data << (8 * offset);
      model_->wdata_i[2 * m] = static_cast<std::uint32_t>(data);
      model_->wdata_i[2 * m + 1] = static_cast<std::uint32_t>(data >> 32U);
    }
    model_->eval();
  }

  /// One array cycle; `expected` are the lines of the previous cycle's loads, and become those of this one.
  void array_cycle(int cycle, std::uint64_t density, std::uint64_t focus,
                   std::vector<std::optional<std::uint64_t>>& expected) {
    Requests requests(static_cast<std::size_t>(shape_.requests));
    for (auto& request : requests)
      if (random_.below(8) < density) request = random_request(focus);
    drive(requests);
    std::vector<std::optional<std::uint64_t>> lines(requests.size());
    Requests remaining = requests;
    model_->first_i = 1;
    while (reference_.round(remaining, lines)) {
      model_->eval();
      ASSERT_EQ(model_->stall_o, 1) << "cycle " << cycle;
      clock();
      model_->first_i = 0;
      ++stalls_;
    }
    model_->eval();
    ASSERT_EQ(model_->stall_o, 0) << "cycle " << cycle;
    for (std::size_t m = 0; m < expected.size(); ++m) {
      if (!expected[m]) continue;
      const std::uint64_t line = model_->rdata_o[2 * m] | (std::uint64_t{model_->rdata_o[2 * m + 1]} << 32U);
      ASSERT_EQ(line, *expected[m]) << "cycle " << cycle << ", requester " << m;
    }
    clock();
    expected = lines;
  }

  void clock() {
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->eval();
  }

  void host(std::uint64_t address, bool write, std::uint32_t data) {
    model_->host_req_i = 1;
    model_->host_we_i = write;
    model_->host_addr_i = static_cast<std::uint32_t>(address);
    model_->host_wdata_i = data;
    model_->eval();
    clock();
    model_->host_req_i = 0;
    model_->eval();
  }
  void host_write(std::uint64_t address, std::uint32_t data) {
    host(address, true, data);
    reference_.write(address, data);
  }

  Shape shape_;
  Random random_;
  std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Model> model_ = std::make_unique<Model>(context_.get());
  Reference reference_;
  int stalls_ = 0;
};

/// Sparse to full request patterns, spread and focused on one bank; memory compared at the end of each.
template <class Model>
void run_patterns(const Shape& shape, bool may_stall) {
  int stalls = 0;
  for (const std::uint64_t density : {2, 5, 8})
    for (const std::uint64_t focus : {0, 4, 7}) {
      SpmBench<Model> bench(shape, density * 16 + focus);
      bench.run(6000, density, focus);
      if (testing::Test::HasFatalFailure()) return;
      bench.check_memory();
      bench.run(500, density, focus);  // again after host accesses
      if (testing::Test::HasFatalFailure()) return;
      bench.check_memory();
      stalls += bench.stalls();
    }
  EXPECT_EQ(stalls > 0, may_stall);
}

TEST(Spm_RandomPatterns_FollowSection6, Blocked32) { run_patterns<Vspm_blocked>({32, 5, 2, 1, false}, true); }
TEST(Spm_RandomPatterns_FollowSection6, InterleavedTwoPorts32) {
  run_patterns<Vspm_interleaved>({32, 8, 4, 2, true}, true);
}
TEST(Spm_RandomPatterns_FollowSection6, Interleaved16) { run_patterns<Vspm_narrow>({16, 4, 4, 1, true}, true); }
TEST(Spm_RandomPatterns_FollowSection6, Blocked16) { run_patterns<Vspm_narrow_blocked>({16, 3, 1, 1, false}, true); }
TEST(Spm_RandomPatterns_FollowSection6, BlockedTwoPorts64) { run_patterns<Vspm_wide>({64, 6, 2, 2, false}, true); }
TEST(Spm_RandomPatterns_FollowSection6, AsManyPortsAsRequesters_NeverStalls) {
  run_patterns<Vspm_private>({32, 2, 2, 2, false}, false);
}

}  // namespace
}  // namespace heddle
