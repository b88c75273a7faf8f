// Counted loops, indices and functions of nests that are made without linalg. Private to this room.
#pragma once

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinTypes.h>

#include <functional>
#include <string>
#include <vector>

namespace heddle::lowering {

mlir::Value index(mlir::OpBuilder& b, mlir::Location loc, std::int64_t value);
mlir::Value plus(mlir::OpBuilder& b, mlir::Location loc, mlir::Value a, mlir::Value c);
mlir::Value plus(mlir::OpBuilder& b, mlir::Location loc, mlir::Value a, std::int64_t constant);
mlir::Value times(mlir::OpBuilder& b, mlir::Location loc, mlir::Value a, std::int64_t constant);

/// Gets the loop's counter and what the iteration before handed on, and returns the same of this one.
using LoopBody = std::function<std::vector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
/// A loop of `count` iterations that hands on as many values as `first` has; what the last one returned.
mlir::ValueRange loop(mlir::OpBuilder& b, mlir::Location loc, std::int64_t count, const std::vector<mlir::Value>& first,
                      const LoopBody& body);
/// A loop that hands on nothing.
void loop(mlir::OpBuilder& b, mlir::Location loc, std::int64_t count, const std::function<void(mlir::Value)>& body);

/// Memory that holds the values.
mlir::Value constant_memory(mlir::OpBuilder& b, mlir::Location loc, mlir::DenseElementsAttr values);
template <class T>
mlir::Value constant_memory(mlir::OpBuilder& b, mlir::Location loc, const std::vector<T>& values) {
  const auto type =
      mlir::RankedTensorType::get({static_cast<std::int64_t>(values.size())}, b.getIntegerType(sizeof(T) * 8));
  return constant_memory(b, loc, mlir::DenseElementsAttr::get(type, llvm::ArrayRef<T>(values)));
}

/// A private function beside the one that `b` is in, named as that one and `suffix`; `body` gets its arguments.
mlir::func::FuncOp launch_function(mlir::OpBuilder& b, mlir::Location loc, const std::string& suffix,
                                   const std::vector<mlir::Value>& arguments,
                                   const std::function<void(mlir::ValueRange)>& body);

}  // namespace heddle::lowering
