// Finishes the rows of a task: step 7 of docs/attention.md, row after row, an element a clock, out as words of StreamElements.
// Rows are divided and put out one after the other. Outputs are floats.
module swat_drain #(
  parameter int unsigned OutExpBits = 5,
  parameter int unsigned OutManBits = 10,
  parameter int unsigned OutSpecials = 2,
  parameter int OutBias = 15,
  parameter int unsigned OutputFraction = 28,  // of z: 28 for float operands, 20 for integers
  parameter int unsigned Rows = 8,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned StreamElements = 4,
  localparam int unsigned RowBits = (Rows > 1) ? $clog2(Rows) : 1,
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned LaneBits = $clog2(StreamElements),
  localparam int unsigned LinePorts = (ElementBits == LaneBits) ? 1 : ElementBits - LaneBits,
  localparam int unsigned OutWidth = 1 + OutExpBits + OutManBits,
  localparam int unsigned WordBits = StreamElements * OutWidth
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 start_i,    // forgets everything
  input  logic [ElementBits:0] dim_i,
  input  logic                 task_i,     // a task is complete
  output logic                 drained_o,  // a task's last word has been taken
  // the rows
  output logic [RowBits-1:0]   row_o,
  output logic [ElementBits:0] address_o,  // {bank, element}
  output logic                 bank_o,
  input  logic signed [63:0]   z_i,        // of row and address, at once
  input  logic [35:0]          sum_i,      // of row and bank, at once
  // the words
  output logic                 valid_o,
  input  logic                 ready_i,
  output logic [RowBits-1:0]   word_row_o,
  output logic [LinePorts-1:0] word_line_o,
  output logic [WordBits-1:0]  word_o
);

  typedef enum logic [1:0] { kIdle, kDivide, kStream, kFlush } state_t;
  state_t state_q;
  logic [1:0] waiting_q;  // complete tasks that are not drained
  logic [RowBits-1:0] row_q;
  logic [ElementBits-1:0] element_q, last_element;
  logic bank_q, go, begin_row, divided, last_word, row_done;
  assign last_element = ElementBits'(dim_i - 1'b1);
  assign row_o = row_q;
  assign bank_o = bank_q;
  assign address_o = {bank_q, element_q};

  // The reciprocal of the row's sum ------------------------------------------------------------------------------------------------------
  logic [19:0] divisor;
  logic signed [6:0] sum_exponent, sum_exponent_q;
  logic [20:0] reciprocal;
  swat_normal #(.InBits(36), .OutBits(20)) u_sum (.value_i(sum_i), .leading_o(divisor), .exponent_o(sum_exponent));
  swat_divide u_divide (
    .clk_i, .rst_ni, .start_i(begin_row), .divisor_i(divisor), .done_o(divided), .quotient_o(reciprocal)
  );

  // The steps of a row ----------------------------------------------------------------------------------------------------------------------
  logic stream_end;
  assign begin_row = (state_q == kIdle) & (waiting_q != '0);
  assign stream_end = (state_q == kStream) & go & (element_q == last_element);
  assign row_done = last_word & valid_o & ready_i;
  assign drained_o = row_done & (row_q == RowBits'(Rows - 1));
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= kIdle;
      waiting_q <= '0;
      row_q <= '0;
      bank_q <= 1'b0;
    end else if (start_i) begin
      state_q <= kIdle;
      waiting_q <= '0;
      row_q <= '0;
      bank_q <= 1'b0;
    end else begin
      waiting_q <= waiting_q + 2'(task_i) - 2'(drained_o);
      unique case (state_q)
        kIdle: if (waiting_q != '0) state_q <= kDivide;
        kDivide: if (divided) state_q <= kStream;
        kStream: if (stream_end) state_q <= kFlush;
        default: begin
          if (row_done) begin
            state_q <= kIdle;
            row_q <= (row_q == RowBits'(Rows - 1)) ? '0 : row_q + 1'b1;
            if (drained_o) bank_q <= ~bank_q;
          end
        end
      endcase
    end
  end
  always_ff @(posedge clk_i) begin
    if (begin_row) sum_exponent_q <= sum_exponent;
    if (state_q != kStream) element_q <= '0;
    else if (go) element_q <= element_q + 1'b1;
  end

  // Elements: read, normalise, multiply, round -------------------------------------------------------------------------------------------------
  localparam int Top = 40 - 19 + 3 - signed'(OutputFraction);  // the largest exponent of a product's lowest bit
  logic signed [63:0] z_q;
  logic [63:0] magnitude;
  logic [23:0] leading, leading_q;
  logic signed [7:0] cut, cut_q;
  logic [44:0] product_q;
  logic [6:0] below_q;
  logic sign_1, sign_2;
  logic [2:0] valid_q;
  logic [OutWidth-1:0] code;
  assign magnitude = z_q[63] ? 64'(-z_q) : 64'(z_q);
  swat_normal #(.InBits(64), .OutBits(24)) u_z (.value_i(magnitude), .leading_o(leading), .exponent_o(cut));
  convert_to_float #(
    .PBits(45), .LowExponent(Top + OutBias - 1), .ShiftBits(7), .ExpBits(OutExpBits), .ManBits(OutManBits), .Specials(OutSpecials),
    .Saturate(1'b1), .ShiftReg(1'b0)
  ) u_round (
    .clk_i, .en_i(1'b1), .product_i(product_q), .sign_i(sign_2), .nan_i(1'b0), .infinity_i(1'b0), .shift_i(below_q), .code_o(code)
  );
  assign go = ~valid_o | ready_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else if (start_i) valid_q <= '0;
    else if (go) valid_q <= {valid_q[1:0], state_q == kStream};
  end
  always_ff @(posedge clk_i) begin
    if (go) begin
      z_q <= z_i;
      leading_q <= leading;
      cut_q <= cut;
      sign_1 <= z_q[63];
      product_q <= leading_q * reciprocal;
      // Top - (cut - 19 - sum_exponent - OutputFraction)
      below_q <= 7'(9'sd43 - 9'(cut_q) + 9'(sum_exponent_q));
      sign_2 <= sign_1;
    end
  end

  // Words ------------------------------------------------------------------------------------------------------------------------------------------
  logic [ElementBits-1:0] place_q;  // of the next element
  logic [WordBits-1:0] word_q;
  logic full_q;
  logic [RowBits-1:0] word_row_q;
  logic [ElementBits-1:0] word_place_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      place_q <= '0;
      full_q <= 1'b0;
    end else if (start_i) begin
      place_q <= '0;
      full_q <= 1'b0;
    end else if (go) begin
      if (valid_q[2]) place_q <= (place_q == last_element) ? '0 : place_q + 1'b1;
      full_q <= valid_q[2] & ((LaneBits == 0) | ((place_q & ElementBits'(StreamElements - 1)) == ElementBits'(StreamElements - 1)));
    end
  end
  always_ff @(posedge clk_i) begin
    if (go & valid_q[2]) begin
      word_q <= WordBits'({code, word_q} >> OutWidth);
      word_place_q <= place_q;
      word_row_q <= row_q;
    end
  end
  assign valid_o = full_q;
  assign word_o = word_q;
  assign word_row_o = word_row_q;
  assign last_word = word_place_q == last_element;
  if (ElementBits == LaneBits) begin : g_line
    assign word_line_o = 1'b0;
  end else begin : g_lines
    assign word_line_o = word_place_q[ElementBits-1:LaneBits];
  end

endmodule
