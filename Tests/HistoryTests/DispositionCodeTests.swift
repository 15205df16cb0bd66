import History
import Telephony
import Testing

@Suite struct `What contacts can come to` {
  private let codes = DispositionCodes([
    .init("sold", queues: ["sales"]), .init("solved"), .init("visit", queues: ["sales", "support"]),
  ])

  @Test(
    arguments: [
      ("sales", ["sold", "solved", "visit"]), ("support", ["solved", "visit"]), ("other", ["solved"]),
      (nil, ["solved"]),
    ] as [(QueueID?, [String])]) func `those of its queue, and those of all`(queue: QueueID?, expected: [String])
  {
    #expect(codes.codes(in: queue) == expected)
    for code in ["sold", "solved", "visit", "", "SOLD"] {
      #expect((codes.refusal(of: code, in: queue) == nil) == expected.contains(code))
    }
  }

  @Test func `some say what contacts were about`() {
    #expect(codes.reasons == [])
    let codes = DispositionCodes([.init("solved"), .init("billing", isReason: true), .init("fault", isReason: true)])
    #expect(codes.reasons == ["billing", "fault"])
  }

  @Test func `what is refused names what there is`() {
    #expect(codes.refusal(of: "sold", in: "support") == "sold is no disposition of this contact: solved, visit")
    #expect(DispositionCodes().refusal(of: "sold", in: nil)?.contains("[[dispositions]]") == true)
    #expect(
      DispositionCodes([.init("sold", queues: ["sales"])]).refusal(of: "sold", in: nil)?.contains("this contact")
        == true)
  }
}
