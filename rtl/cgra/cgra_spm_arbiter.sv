// Grants up to `Ports` of the requests to a bank, lowest number first.
// Latency: combinational. grant_o holds one one-hot (or zero) vector per port; port p gets the p-th lowest request.
// Parameters: Requests >= 1; Ports 1 or 2.
module cgra_spm_arbiter #(
  parameter int unsigned Requests = 4,
  parameter int unsigned Ports = 1
) (
  input  logic [Requests-1:0]       request_i,
  output logic [Ports*Requests-1:0] grant_o
);

  logic [Requests-1:0] rest;
  always_comb begin
    rest = request_i;
    grant_o = '0;
    for (int unsigned p = 0; p < Ports; p++) begin
      grant_o[p*Requests+:Requests] = rest & (~rest + Requests'(1));
      rest = rest & (rest - Requests'(1));
    end
  end

`ifdef FORMAL
  // Each grant is a request, at most one per port, none twice, and nothing lower is left out.
  always_comb begin
    for (int unsigned p = 0; p < Ports; p++) begin
      assert ((grant_o[p*Requests+:Requests] & ~request_i) == '0);
      assert ((grant_o[p*Requests+:Requests] & (grant_o[p*Requests+:Requests] - Requests'(1))) == '0);
      if (rest != '0) assert (grant_o[p*Requests+:Requests] != '0);
      assert ((rest & (grant_o[p*Requests+:Requests] - Requests'(1))) == '0
              || grant_o[p*Requests+:Requests] == '0);
    end
    if (Ports == 2) begin
      assert ((grant_o[0+:Requests] & grant_o[(Ports-1)*Requests+:Requests]) == '0);
      assert ((grant_o[0+:Requests] | grant_o[(Ports-1)*Requests+:Requests] | rest) == request_i);
    end else begin
      assert ((grant_o[0+:Requests] | rest) == request_i);
    end
  end
`endif

endmodule
