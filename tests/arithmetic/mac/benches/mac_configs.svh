// The units of each set of mac_bench: statements that append to the table. `PUSH(a, b, architecture, accumulator bits)
`define PUSH(A, B, Architecture, AccBits) \
  begin \
    table_of_set[n*64+:64] = unit(n, A, B, Architecture, AccBits); \
    n = n + 1; \
  end
if (Set == 0) begin
  // All signed and unsigned minifloats of 3 to 8 bits, each with itself.
  for (int unsigned bits = 3; bits <= 8; bits++)
    for (int unsigned m = 0; m + 2 <= bits; m++)
      `PUSH(minifloat(bits - 1 - m, m, 1'b1), minifloat(bits - 1 - m, m, 1'b1), 1, 0)
  for (int unsigned bits = 3; bits <= 8; bits++)
    for (int unsigned m = 0; m + 1 <= bits; m++)
      `PUSH(minifloat(bits - m, m, 1'b0), minifloat(bits - m, m, 1'b0), 2, 0)
end else if (Set == 1) begin
  // Integers: every architecture, signed, unsigned, mixed.
  for (int unsigned bits = 2; bits <= 8; bits++)
    for (int unsigned architecture = 0; architecture < ((bits <= 5) ? 4 : 3); architecture++)
      `PUSH(integer_of(bits, 1'b1), integer_of(bits, 1'b1), architecture, 0)
  for (int unsigned bits = 2; bits <= 8; bits++)
    for (int unsigned architecture = 0; architecture < 3; architecture++) begin
      `PUSH(integer_of(bits, 1'b0), integer_of(bits, 1'b0), architecture, 0)
      `PUSH(integer_of(bits, 1'b0), integer_of(bits, 1'b1), architecture, 0)
    end
  for (int unsigned architecture = 0; architecture < 3; architecture++) begin
    `PUSH(integer_of(8, 1'b1), integer_of(4, 1'b1), architecture, 0)
    `PUSH(integer_of(3, 1'b1), integer_of(7, 1'b1), architecture, 0)
    `PUSH(integer_of(6, 1'b1), integer_of(5, 1'b0), architecture, 0)
    `PUSH(integer_of(7, 1'b0), integer_of(16, 1'b1), architecture, 0)
    `PUSH(integer_of(16, 1'b1), integer_of(16, 1'b1), architecture, 48)
    `PUSH(integer_of(13, 1'b0), integer_of(16, 1'b0), architecture, 20)
    `PUSH(integer_of(8, 1'b1), integer_of(8, 1'b1), architecture, 12)
  end
  `PUSH(integer_of(4, 1'b1), integer_of(3, 1'b0), 3, 0)
  `PUSH(integer_of(4, 1'b0), integer_of(4, 1'b0), 3, 0)
end else begin
  // Minifloats: other architectures, specials, no subnormals, mixed formats and signs, integers, other accumulators.
  for (int unsigned architecture = 0; architecture < 4; architecture++) begin
    `PUSH(minifloat(2, 1, 1'b1), minifloat(2, 1, 1'b1), architecture, 0)
    `PUSH(minifloat(2, 3, 1'b1), minifloat(2, 3, 1'b1), architecture, 0)
    `PUSH(minifloat(3, 2, 1'b1), minifloat(3, 2, 1'b1), architecture, 0)
    `PUSH(minifloat(4, 3, 1'b1), minifloat(4, 3, 1'b1), architecture, 0)
    `PUSH(minifloat(5, 2, 1'b1), minifloat(5, 2, 1'b1), architecture, 0)
  end
  `PUSH(minifloat(1, 6, 1'b1), minifloat(1, 6, 1'b1), 0, 0)
  `PUSH(minifloat(1, 6, 1'b1), minifloat(1, 6, 1'b1), 2, 0)
  for (int unsigned specials = 1; specials < 4; specials++) begin
    `PUSH(minifloat(4, 3, 1'b1, specials), minifloat(4, 3, 1'b1, specials), 1, 0)
    `PUSH(minifloat(5, 2, 1'b1, specials), minifloat(4, 3, 1'b1), 1, 0)
    `PUSH(minifloat(2, 1, 1'b1), minifloat(3, 2, 1'b1, specials), 1, 0)
  end
  `PUSH(minifloat(5, 2, 1'b1, 2), minifloat(5, 2, 1'b1, 2), 1, 0)
  `PUSH(minifloat(3, 0, 1'b1, 2), minifloat(2, 2, 1'b0, 2), 1, 0)
  `PUSH(minifloat(4, 4, 1'b0, 1), minifloat(4, 3, 1'b1, 3), 1, 0)
  `PUSH(minifloat(5, 2, 1'b1, 2), integer_of(4, 1'b1), 1, 0)
  `PUSH(minifloat(4, 3, 1'b1, 0, 1'b0), minifloat(4, 3, 1'b1, 0, 1'b0), 1, 0)
  `PUSH(minifloat(5, 2, 1'b1, 2, 1'b0), minifloat(2, 3, 1'b1, 0, 1'b0), 3, 0)
  `PUSH(minifloat(3, 0, 1'b1, 0, 1'b0), minifloat(1, 2, 1'b1, 0, 1'b0), 1, 0)
  // Weights by activations of other formats and signs.
  for (int unsigned m = 0; m <= 3; m++)
    for (int unsigned e = 1; e <= 4; e++)
      `PUSH(minifloat(e, m, 1'b1), minifloat(1 + (e + m) % 5, (2 * m + e) % 4, 1'(m)), 1, 0)
  `PUSH(minifloat(2, 1, 1'b1), minifloat(2, 2, 1'b0), 3, 0)
  `PUSH(minifloat(4, 3, 1'b1), minifloat(2, 1, 1'b1), 2, 0)
  `PUSH(minifloat(6, 1, 1'b1), minifloat(1, 1, 1'b1), 1, 0)
  `PUSH(minifloat(1, 1, 1'b1), minifloat(7, 0, 1'b1), 1, 0)
  // Integers by minifloats, either way round.
  for (int unsigned architecture = 0; architecture < 3; architecture++) begin
    `PUSH(integer_of(8, 1'b1), minifloat(4, 3, 1'b1), architecture, 0)
    `PUSH(minifloat(3, 2, 1'b1), integer_of(8, 1'b0), architecture, 0)
    `PUSH(integer_of(4, 1'b1), minifloat(2, 1, 1'b1), architecture, 0)
    `PUSH(minifloat(2, 3, 1'b0), integer_of(6, 1'b1), architecture, 0)
  end
  `PUSH(integer_of(2, 1'b1), minifloat(5, 2, 1'b1), 3, 0)
  `PUSH(integer_of(5, 1'b1), minifloat(1, 2, 1'b1), 1, 0)
  `PUSH(minifloat(3, 0, 1'b1), integer_of(3, 1'b1), 1, 0)
  // Accumulators that wrap, down to narrower than a product; and wider than needed.
  `PUSH(minifloat(4, 3, 1'b1), minifloat(4, 3, 1'b1), 1, 24)
  `PUSH(minifloat(2, 1, 1'b1), minifloat(2, 1, 1'b1), 1, 7)
  `PUSH(minifloat(2, 3, 1'b1), minifloat(3, 2, 1'b1), 1, 2)
  `PUSH(minifloat(5, 2, 1'b1), minifloat(5, 2, 1'b1), 1, 100)
  `PUSH(integer_of(4, 1'b1), minifloat(3, 2, 1'b1), 1, 64)
end
`undef PUSH
