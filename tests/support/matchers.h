// GoogleTest matchers for Result and Status.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/base/result.h"

namespace heddle {

/// Holds a value; prints the error otherwise.
MATCHER(IsOk, "succeeds") {
  if (arg) return true;
  *result_listener << to_string(arg.error());
  return false;
}

/// Failed with this code, and a message (as printed, place and notes included) that contains the text.
MATCHER_P2(HasError, code, text, "fails with the code and a message containing \"" + std::string(text) + "\"") {
  if (arg) {
    *result_listener << "succeeded";
    return false;
  }
  *result_listener << to_string(arg.error());
  return arg.error().code == code && to_string(arg.error()).find(text) != std::string::npos;
}

}  // namespace heddle
