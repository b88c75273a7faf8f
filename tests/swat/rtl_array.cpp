#include "tests/swat/rtl_array.h"

#include "Vswat_brain.h"
#include "Vswat_byte.h"
#include "Vswat_half.h"
#include "Vswat_minifloat.h"
#include "runtime/session/rtl_driver/swat_ports.h"
#include "runtime/session/swat_device.h"

namespace heddle::attention {
namespace {

template <class Top>
SwatPorts<Top>& ports_of(HeddleSwatModel* model) {
  return *reinterpret_cast<SwatPorts<Top>*>(model);
}

/// As in a library of swat_driver.cpp, but a failed assertion ends the process.
template <class Top>
const HeddleSwatEntry kEntry = {
    kHeddleSwatVersion,
    [] { return reinterpret_cast<HeddleSwatModel*>(new SwatPorts<Top>); },
    [](HeddleSwatModel* model) { delete &ports_of<Top>(model); },
    [](HeddleSwatModel* model) { return ports_of<Top>(model).reset(), true; },
    [](HeddleSwatModel* model, std::uint32_t dim, std::uint32_t factor, std::uint8_t shift) {
      return ports_of<Top>(model).begin(dim, factor, shift), true;
    },
    [](HeddleSwatModel* model, const HeddleSwatOffer* offer, HeddleSwatAnswer* answer) {
      return ports_of<Top>(model).settle(*offer, *answer), true;
    },
    [](HeddleSwatModel* model) { return ports_of<Top>(model).clock(), true; },
    [](const HeddleSwatModel*) { return ""; },
};

arch::Swat make_array(std::int32_t groups, std::int32_t rows, std::int32_t head_dim, std::int32_t slots,
                      std::int32_t stream, const char* format, const char* output) {
  arch::Swat array;
  array.groups = groups;
  array.rows = rows;
  array.head_dim = head_dim;
  array.slots = slots;
  array.stream_elements = stream;
  array.format = *numerics::parse_scalar_format(format);
  array.output = *numerics::parse_scalar_format(output);
  return array;
}

}  // namespace

arch::Swat array_of(Model model) {
  switch (model) {
    case Model::kHalf: return make_array(2, 4, 32, 32, 4, "fp16", "fp16");
    case Model::kBrain: return make_array(1, 8, 64, 16, 8, "bf16", "bf16");
    case Model::kByte: return make_array(2, 4, 32, 32, 4, "int8", "fp16");
    case Model::kMinifloat: break;
  }
  return make_array(2, 4, 32, 32, 4, "e4m3", "fp16");
}

std::unique_ptr<ArrayPorts> make_rtl_array(Model model) {
  switch (model) {
    case Model::kHalf: return session::make_swat_device(kEntry<Vswat_half>, array_of(model));
    case Model::kBrain: return session::make_swat_device(kEntry<Vswat_brain>, array_of(model));
    case Model::kByte: return session::make_swat_device(kEntry<Vswat_byte>, array_of(model));
    case Model::kMinifloat: break;
  }
  return session::make_swat_device(kEntry<Vswat_minifloat>, array_of(model));
}

Played play(ArrayPorts& ports, const Program& program, const arch::Swat& array, const LogitScale& scale,
            const Inputs& inputs, const Pace& pace, std::int64_t end) {
  ports.begin(program.head_dim, scale);
  Player player(program, array, inputs, pace);
  for (std::int64_t clock = 0; clock != end && player.step(ports); ++clock) {
  }
  return player.played();
}

}  // namespace heddle::attention
