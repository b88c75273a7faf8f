// y_o = a_i + b_i, but for some operands it does what a design should not: `fault_i` 0 nothing, 1 $finish, 2 a failed
// assertion, 3 a loop without end, 4 a combinational loop that oscillates, 5 a crash in C.
module misbehaving (
  input  logic [2:0] fault_i,
  input  logic [7:0] a_i,
  input  logic [7:0] b_i,
  output logic [8:0] y_o
);

  import "DPI-C" function int raise(input int signal_number);

  logic loop;
  logic [8:0] count;

  assign loop = (fault_i == 3'd4 && a_i == 8'd77) ? ~loop : 1'b0;

  always_comb begin
    count = 9'd0;
    if (fault_i == 3'd1 && a_i == 8'd77) $finish;
    if (fault_i == 3'd5 && a_i == 8'd77) count = 9'(raise(6));
    if (fault_i == 3'd2) begin
      assert (a_i != 8'd77) else $error("operand %0d is not welcome", a_i);
    end
    while (fault_i == 3'd3 && a_i == 8'd77 && count != 9'd511) count = {1'b0, 8'($random)};
    y_o = {1'b0, a_i} + {1'b0, b_i} + {8'd0, loop} + count;
  end

endmodule
