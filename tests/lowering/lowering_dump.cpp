// The module of a small network after one pass of the lowering, for FileCheck: lowering_dump NETWORK PASS [packed].
#include <cstdio>
#include <map>
#include <string>

#include "compiler/lowering/lower.h"
#include "compiler/network/to_integer.h"
#include "tests/support/small_networks.h"

int main(int argc, char** argv) {
  using namespace heddle;  // NOLINT: a test driver
  const std::map<std::string, network::Graph (*)()> networks{
      {"lenet", [] { return small_networks::small_lenet(); }},
      {"residual", [] { return small_networks::small_residual(8); }},
      {"shortcut", [] { return small_networks::small_shortcut(true); }},
      {"attention", [] { return small_networks::small_attention(); }}};
  const auto found = argc < 3 ? networks.end() : networks.find(argv[1]);
  if (found == networks.end()) return std::fputs("lowering_dump NETWORK PASS [packed]\n", stderr), 2;
  const bool packed = argc > 3 && std::string(argv[3]) == "packed";
  const lowering::Machine machine{64, 8, 32, 8, 16384, 1, packed, false};
  const auto integer = network::to_integer(found->second());
  if (!integer) return std::fputs(integer.error().message.c_str(), stderr), 1;
  const auto lowered = lowering::lower(integer->graph, machine, "net.onnx", true);
  if (!lowered) return std::fputs(lowered.error().message.c_str(), stderr), 1;
  for (const lowering::Dump& dump : lowered->dumps)
    if (dump.pass == argv[2]) return std::fputs(dump.text.c_str(), stdout), 0;
  return std::fputs("no such pass\n", stderr), 2;
}
