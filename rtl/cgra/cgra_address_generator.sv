// The address generators of a PE: running offsets, each stepped by the one memory operation that names it.
// Function: offset_o is the offset of generator code_i - 1, 0 for code 0; with step_en_i that generator adds step_i at the end
// of the clock. A start clears all. docs/execution_model.md, section 4.
// Latency: combinational from code_i. Throughput: one step per clock.
// Parameters: Width 16, 32, 64; Generators 1 .. 8; CodeBits: bits of a number up to Generators.
module cgra_address_generator #(
  parameter int unsigned Width = 32,
  parameter int unsigned Generators = 1,
  parameter int unsigned CodeBits = 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,    // a run starts
  input  logic                step_en_i,  // the array cycle of a valid iteration ends
  input  logic [CodeBits-1:0] code_i,
  input  logic [Width-1:0]    step_i,
  output logic [Width-1:0]    offset_o
);

  logic [(1<<CodeBits)*Width-1:0] by_code;
  logic [Width-1:0] next;
  assign by_code[0+:Width] = '0;
  assign offset_o = by_code[code_i*Width+:Width];
  assign next = offset_o + step_i;

  for (genvar g = 1; g < (1 << CodeBits); g++) begin : g_code
    if (g <= Generators) begin : g_generator
      logic [Width-1:0] offset_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) offset_q <= '0;
        else if (clear_i) offset_q <= '0;
        else if (step_en_i && code_i == CodeBits'(g)) offset_q <= next;
      end
      assign by_code[g*Width+:Width] = offset_q;
    end else begin : g_none
      assign by_code[g*Width+:Width] = '0;
    end
  end

endmodule
