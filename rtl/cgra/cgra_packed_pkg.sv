// Opcodes of operations on packed integers (compiler/dfg/packed_operations.h), and their set. Beside cgra_pkg, so that modules
// that know nothing of them keep their sources.
package cgra_packed_pkg;

  localparam logic [6:0] OpS8Dot = 7'd33;
  localparam logic [6:0] OpUs8Dot = 7'd34;
  localparam logic [6:0] OpS4Dot = 7'd35;
  localparam logic [6:0] OpUs4Dot = 7'd36;
  localparam logic [6:0] OpB8Pick = 7'd37;

  localparam logic [127:0] PackedMask = 128'h0000_003E_0000_0000;  // bit i for opcode i

endpackage
