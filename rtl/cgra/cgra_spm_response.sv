// Keeps the line that a load returned until the array takes it.
//
// A load granted in any clock of array cycle c is needed in the *last* clock of array cycle c + 1. Both cycles may last several
// clocks, and in the first clocks of c + 1 the next load of this PE may already be granted, and its line arrive before c + 1
// ends. So two lines can be alive at once, besides the bank's output register, which other PEs' loads overwrite:
//   early_q  line of the current array cycle's load, arrived before the cycle's last clock
//   ready_q  line of the previous array cycle's load
// A line arriving in the first clock of an array cycle belongs to the previous cycle, in any other clock to the current one.
// (In an array cycle of one clock ready_q is loaded with the previous cycle's line once more; then nobody needs ready_q, as this
// cycle's load can only have been granted in this clock and arrives in the next.)
// Latency: none added. Parameters: LineBits; NeverStalls: each array cycle is one clock, nothing needs keeping.
module cgra_spm_response #(
  parameter int unsigned LineBits = 32,
  parameter bit NeverStalls = 1'b0
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                en_i,      // the array cycle ends with this clock
  input  logic                first_i,   // first clock of an array cycle
  input  logic                arrived_i, // line_i is the line of a load granted in the previous clock
  input  logic [LineBits-1:0] line_i,
  output logic [LineBits-1:0] line_o     // line of the previous array cycle's load; valid in this cycle's last clock
);

  if (NeverStalls) begin : g_wire
    assign line_o = line_i;
    logic unused_controls;
    assign unused_controls = clk_i | rst_ni | en_i | first_i | arrived_i;
  end else begin : g_hold
    logic [LineBits-1:0] early_q, ready_d, ready_q;
    assign line_o = (first_i && arrived_i) ? line_i : ready_q;

    always_comb begin
      ready_d = ready_q;
      if (en_i) begin
        ready_d = arrived_i ? line_i : early_q;
      end else if (first_i && arrived_i) begin
        ready_d = line_i;
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        early_q <= '0;
        ready_q <= '0;
      end else begin
        ready_q <= ready_d;
        if (arrived_i) early_q <= line_i;
      end
    end
  end

endmodule
