import Figures
import Telephony
import Testing

@Suite struct `What agents' time is` {
  @Test func `whoever has nothing to do is idle, away, out of reach or not there, as she has said`() {
    let lunch = Engagement.Intent.away(reason: "lunch", isPaid: false)
    #expect(Engagement(.ready, work: nil) == Engagement(.idle))
    #expect(Engagement(.ready, work: nil, isReachable: false) == Engagement(.unreachable))
    #expect(Engagement(lunch, work: nil) == Engagement(.away, reason: "lunch", isPaid: false))
    #expect(Engagement(lunch, work: nil, isReachable: false) == Engagement(.away, reason: "lunch", isPaid: false))
    #expect(
      Engagement(.away(reason: "training", countsAsWork: true), work: nil)
        == Engagement(.away, reason: "training", countsAsWork: true))
    #expect(Engagement(.loggedOut, work: nil) == nil)
    #expect(Engagement(.loggedOut, work: nil, isReachable: false) == nil)
  }

  @Test(arguments: [Occupation.ringing, .talking, .holding, .acw, .outboundDialing, .outboundTalking, .supervising])
  func `work is work, whatever she has said`(work: Occupation) {
    for intent in [Engagement.Intent.ready, .away(reason: "lunch", isPaid: false)] {
      #expect(Engagement(intent, work: work, contact: "c") == Engagement(work, contact: "c"))
    }
    #expect(Engagement(.loggedOut, work: work) == Engagement(work, isLoggedIn: false))
  }
}
