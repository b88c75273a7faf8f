// Made-up results of a sweep, for tests of its page.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// `count` points over size (1 to 10), banks (four values) and topology. Time depends on size alone, area on size and
/// banks; every seventh point is infeasible and the fifth has failed. Points of the largest size and one bank are on
/// the front.
inline Json sweep_sample(int count) {
  const std::string topologies[] = {"mesh", "torus"};
  const int banks[] = {1, 2, 4, 8};
  Json points = Json::array();
  for (int k = 0; k < count; ++k) {
    const int size = 1 + k % 10;
    const int bank = k / 10 % 4;
    char id[17];
    std::snprintf(id, sizeof(id), "%016x", k * 2654435761U);
    Json point{{"sequence", k}, {"id", id}, {"front", false}, {"axes", {size, banks[bank], topologies[k / 40 % 2]}}};
    if (k % 7 == 6 || k == 5) {
      const bool failed = k == 5;
      point.update({{"status", failed ? "failed" : "infeasible"},
                    {"reason", failed ? "fir: took longer than 600 s" : "array: <b>no</b> such array"},
                    {"metrics", Json::array()},
                    {"objectives", Json::array()}});
      if (failed) point["log"] = "the last words";
    } else {
      const double time = 1000.0 / size;
      const double area = 100.0 * size * size + banks[bank] + k * 1e-3;
      point.update({{"status", "ok"},
                    {"front", size == 10 && bank == 0},
                    {"metrics", {time, area}},
                    {"objectives", {time, area}},
                    {"kernels", {{"fir", {{"cycles", time / 4}}}, {"gemm", {{"cycles", time * 3 / 4}}}}}});
    }
    points.push_back(std::move(point));
  }
  return {{"schema", "heddle.sweep_page/1"},
          {"sweep", "sample"},
          {"description", "made up"},
          {"planned", count},
          {"hypervolume", 12.5},
          {"axes",
           {{{"name", "size"}, {"values", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}},
            {{"name", "banks"}, {"values", {1, 2, 4, 8}}},
            {{"name", "topology"}, {"values", {"mesh", "torus"}}}}},
          {"metrics", {{{"name", "cycles"}, {"fidelity", "analytic"}}, {{"name", "lut"}, {"fidelity", "predictor"}}}},
          {"objectives",
           {{{"name", "cycles"}, {"formula", "cycles"}, {"maximize", false}, {"reference", 1000}},
            {{"name", "lut"}, {"formula", "lut"}, {"maximize", false}, {"reference", 20000}}}},
          {"constraints", Json::array()},
          {"points", points}};
}

}  // namespace heddle::report
