// A first-in first-out queue; the oldest entry is at head_o while valid_o. Parameters: Width; Depth >= 1.
module swat_run_queue #(
  parameter int unsigned Width = 64,
  parameter int unsigned Depth = 4,
  localparam int unsigned IndexBits = (Depth > 1) ? $clog2(Depth) : 1,
  localparam int unsigned CountBits = $clog2(Depth + 1)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,
  input  logic             push_i,   // only while ready_o
  input  logic [Width-1:0] entry_i,
  output logic             ready_o,
  input  logic             pop_i,    // only while valid_o
  output logic [Width-1:0] head_o,
  output logic             valid_o
);

  logic [Width-1:0] memory [Depth];
  logic [IndexBits-1:0] first_q, next_q;
  logic [CountBits-1:0] count_q;
  assign ready_o = count_q != CountBits'(Depth);
  assign valid_o = count_q != '0;
  assign head_o = memory[first_q];
  always_ff @(posedge clk_i) begin
    if (push_i) memory[next_q] <= entry_i;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= '0;
      next_q <= '0;
      count_q <= '0;
    end else if (clear_i) begin
      first_q <= '0;
      next_q <= '0;
      count_q <= '0;
    end else begin
      if (push_i) next_q <= (next_q == IndexBits'(Depth - 1)) ? '0 : next_q + 1'b1;
      if (pop_i) first_q <= (first_q == IndexBits'(Depth - 1)) ? '0 : first_q + 1'b1;
      count_q <= count_q + CountBits'(push_i) - CountBits'(pop_i);
    end
  end

endmodule
