// Signed and unsigned division and remainder, with RISC-V's results for the corner cases (x/0 = all ones, x%0 = x, MIN/-1 = MIN).
// Latency: an operation issued in array cycle c has its result on result_o in cycle c + Latency - 1 (so in a register behind it
// at c + Latency). Throughput: one operation every Interval cycles. Ceil(Width / (Latency - 1)) quotient bits a cycle; one set of
// steps reused if Interval >= Latency - 1, else a pipeline of Latency - 1 of them.
// Parameters: Width 16, 32 or 64; Latency >= 1; Interval >= 1.
`include "cgra_assert.svh"
module cgra_divider #(
  parameter int unsigned Width = 32,
  parameter int unsigned Latency = 9,
  parameter int unsigned Interval = 8
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             en_i,        // array cycle ends
  input  logic             start_i,     // operands are those of a new operation
  input  logic             signed_i,
  input  logic             remainder_i, // result is the remainder
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned Cycles = (Latency > 1) ? Latency - 1 : 1;
  localparam int unsigned Bits = (Width + Cycles - 1) / Cycles;
  localparam int unsigned Shift = Bits * Cycles;
  localparam bit Pipelined = Interval < Cycles;

  // State: {negate quotient, negate remainder, want remainder, remainder, quotient/dividend, divisor}.
  localparam int unsigned StateBits = 3 + Width + Shift + Width;

  logic a_negative, b_negative;
  logic [Width-1:0] a_magnitude, b_magnitude;
  logic [StateBits-1:0] initial_state, final_state;

  assign a_negative = signed_i & a_i[Width-1];
  assign b_negative = signed_i & b_i[Width-1];
  assign a_magnitude = a_negative ? -a_i : a_i;
  assign b_magnitude = b_negative ? -b_i : b_i;
  assign initial_state = {
    (a_negative ^ b_negative) & (|b_i), a_negative, remainder_i,
    {Width{1'b0}}, Shift'(a_magnitude), b_magnitude
  };

  if (Latency == 1) begin : g_combinational
    logic unused_controls;
    assign unused_controls = clk_i | rst_ni | en_i | start_i;
    cgra_div_stage #(.Width(Width), .Shift(Shift), .Bits(Bits)) u_stage (
      .state_i(initial_state), .state_o(final_state)
    );
  end else if (!Pipelined) begin : g_iterative
    logic [StateBits-1:0] state_d, state_q, next_state;
    assign state_d = start_i ? initial_state : next_state;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) state_q <= '0;
      else if (en_i) state_q <= state_d;
    end
    cgra_div_stage #(.Width(Width), .Shift(Shift), .Bits(Bits)) u_stage (
      .state_i(state_q), .state_o(next_state)
    );
    assign final_state = next_state;
  end else begin : g_pipelined
    logic [(Cycles+1)*StateBits-1:0] states;
    logic unused_start;
    assign unused_start = start_i;
    assign states[0+:StateBits] = initial_state;
    for (genvar i = 0; i < Cycles; i++) begin : g_stage
      logic [StateBits-1:0] state_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) state_q <= '0;
        else if (en_i) state_q <= states[i*StateBits+:StateBits];
      end
      cgra_div_stage #(.Width(Width), .Shift(Shift), .Bits(Bits)) u_stage (
        .state_i(state_q), .state_o(states[(i+1)*StateBits+:StateBits])
      );
    end
    assign final_state = states[Cycles*StateBits+:StateBits];
  end

  logic negate_quotient, negate_remainder, want_remainder;
  logic [Width-1:0] remainder, unused_divisor;
  logic [Shift-1:0] quotient;
  assign {negate_quotient, negate_remainder, want_remainder, remainder, quotient, unused_divisor} =
      final_state;

  logic [Width-1:0] magnitude;
  assign magnitude = want_remainder ? remainder : quotient[Width-1:0];
  assign result_o = (want_remainder ? negate_remainder : negate_quotient) ? -magnitude : magnitude;

  if (Shift > Width) begin : g_unused
    logic unused_quotient;
    assign unused_quotient = ^quotient[Shift-1:Width];
  end

endmodule
