// From a mask to tasks: which rows share a stream of keys, and which runs of keys pass them.
#pragma once

#include "compiler/attention/mask.h"
#include "compiler/attention/program.h"

namespace heddle::attention {

/// The tasks of one key/value head, in the order in which their keys lie in the sequence; those of rows that see every
/// key first. Rows that share a task are the ones of all query heads of the group at neighbouring tokens: in a line, in
/// a class of a dilated window, in a block of an image, in a tile. Runs hold the union of their keys, ascending, at
/// most `longest_run` beats each; slots, needs and idle beats are not set. RowOf::row counts query rows, Run::index
/// keys.
std::vector<Task> make_tasks(const Mask& mask, std::int32_t kv_head, std::int32_t rows, std::int32_t longest_run);

}  // namespace heddle::attention
