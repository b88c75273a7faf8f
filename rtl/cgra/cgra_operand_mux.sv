// Selects one operand: a source by its code, or a constant field in the first iterations of a loop-carried value.
// Latency: combinational. Codes: docs/execution_model.md, section 5; a code beyond the last source reads as 0.
// Parameters: Width; Sources: number of words in sources_i, code k+1 selects word k (RES, read ports, links, constants);
// Constants: number of constant fields (>= 1 here); SrcBits, InitBits: widths of the codes, at least 1.
module cgra_operand_mux #(
  parameter int unsigned Width = 32,
  parameter int unsigned Sources = 9,
  parameter int unsigned Constants = 2,
  parameter int unsigned SrcBits = 4,
  parameter int unsigned InitBits = 2
) (
  input  logic [SrcBits-1:0]         src_i,
  input  logic [InitBits-1:0]        init_i,     // 0: none; k+1: constant k until the value exists
  input  logic                       started_i,  // the value exists
  input  logic [Sources*Width-1:0]   sources_i,
  input  logic [Constants*Width-1:0] constants_i,
  output logic [Width-1:0]           operand_o
);

  // Padded to all codes, so that the selection is a plain index: synthesis makes a balanced multiplexer of it.
  logic [(1<<SrcBits)*Width-1:0] by_code;
  logic [(1<<InitBits)*Width-1:0] by_init;
  assign by_code = ((1 << SrcBits) * Width)'({sources_i, {Width{1'b0}}});
  assign by_init = ((1 << InitBits) * Width)'({constants_i, {Width{1'b0}}});
  assign operand_o = (init_i != '0 && !started_i) ? by_init[init_i*Width+:Width]
                                                  : by_code[src_i*Width+:Width];

endmodule
