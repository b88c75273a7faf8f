// Drives one verilated window-attention array. Compiled with the model of each description.
#include <exception>
#include <string>
#include <vector>

#include "Vswat_array.h"
#include "stops.h"
#include "swat_ports.h"

struct HeddleSwatModel {
  SwatPorts<Vswat_array> ports;
  std::string error;
  bool dead = false;  // an exception went through Verilator's run time, which may still hold its locks
};

namespace {

template <class Body>
bool guarded(HeddleSwatModel* model, Body body) {
  if (model->dead) return false;
  Verilated::threadContextp(&model->ports.context());  // that of another model may be gone
  try {
    body(model->ports);
    return true;
  } catch (const std::exception& failure) {
    model->error = failure.what();
    model->dead = true;
    return false;
  }
}

HeddleSwatModel* open_model() {
  try {
    return new HeddleSwatModel;
  } catch (const std::exception&) {
    return nullptr;
  }
}

/// The destructor of a dead model would wait for those locks for ever, so it stays.
void close_model(HeddleSwatModel* model) {
  static std::vector<HeddleSwatModel*> graveyard;
  Verilated::threadContextp(&model->ports.context());
  if (model->dead) {
    graveyard.push_back(model);
  } else {
    delete model;
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const HeddleSwatEntry heddle_swat_entry = {
    kHeddleSwatVersion,
    open_model,
    close_model,
    [](HeddleSwatModel* model) { return guarded(model, [](auto& ports) { ports.reset(); }); },
    [](HeddleSwatModel* model, uint32_t dim, uint32_t factor, uint8_t shift) {
      return guarded(model, [&](auto& ports) { ports.begin(dim, factor, shift); });
    },
    [](HeddleSwatModel* model, const HeddleSwatOffer* offer, HeddleSwatAnswer* answer) {
      return guarded(model, [&](auto& ports) { ports.settle(*offer, *answer); });
    },
    [](HeddleSwatModel* model) { return guarded(model, [](auto& ports) { ports.clock(); }); },
    [](const HeddleSwatModel* model) { return model->error.c_str(); },
};
