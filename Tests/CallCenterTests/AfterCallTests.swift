import Control
import Distribution
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `What comes after a call` {
  private var floor = Floor()
  private let anna = Client(number: 2, role: .agent, agent: "anna", userID: 1000, processID: 2)
  private let boris = Client(number: 3, role: .agent, agent: "boris", userID: 1001, processID: 3)
  private let supervisor = Client(number: 5, role: .supervisor, agent: nil, userID: 1003, processID: 5)

  /// What she is refused, and why.
  private mutating func refusal(_ request: Request, as client: Client) -> ControlError? {
    guard case .failure(let error) = floor.asks(request, as: client) else { return nil }
    return error
  }

  /// Anna talks with a caller of support.
  private mutating func talk(
    _ mode: WrapUpMode = .timed, _ change: (inout CallFlowSettings) -> Void = { _ in }
  ) throws -> (contact: ContactID, caller: LegID) {
    floor = Floor { settings in
      settings.distribution.queues[0].wrapUpMode = mode
      settings.dispositions = DispositionCodes([.init("solved"), .init("sold", queues: ["sales"])])
      change(&settings)
    }
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.answers(try #require(floor.dialled.last))
    return (try #require(floor.calls.first?.contact), caller)
  }

  @Test mutating func `being away needs a reason of the configuration, where there are such`() {
    floor.works("anna", at: "desk-1")
    #expect(refusal(.agentSetStatus("anna", .away(reason: "昼食")), as: anna) == nil)
    floor = Floor { $0.distribution.reasons = ["lunch": ReasonSettings(isPaid: false)] }
    floor.works("anna", at: "desk-1")
    for reason in ["昼食", "", "no-answer"] {
      let refused = refusal(.agentSetStatus("anna", .away(reason: reason)), as: anna)
      #expect(refused?.kind == .invalidParameters && refused?.message.hasSuffix("lunch") == true)
    }
    #expect(floor.agent("anna")?.status == "ready")
    #expect(refusal(.agentSetStatus("anna", .away(reason: "lunch")), as: anna) == nil)
    #expect(floor.agent("anna")?.reason == "lunch")
  }

  @Test mutating func `who stays away for too long is told of once`() {
    floor = Floor { $0.distribution.reasons = ["lunch": ReasonSettings(isPaid: false, longest: .seconds(2700))] }
    floor.works("anna", at: "desk-1")
    floor.asks(.agentSetStatus("anna", .away(reason: "lunch")))
    let since = floor.agent("anna")?.statusSince ?? ""
    floor.passes(.seconds(2699))
    #expect(!floor.notices().contains { $0.body.type == "agent.overstayed" })
    floor.passes(.seconds(5000))
    let told = floor.notices().filter { $0.body.type == "agent.overstayed" }
    #expect(told.map(\.body) == [.agentOverstayed(reason: "lunch", since: since)])
    #expect(told.map(\.agent) == ["anna"])
  }

  @Test mutating func `a disposition is kept and told, in the call and after it, and ends what waits for it`() throws {
    let (contact, caller) = try talk(.untilDisposition)
    #expect(refusal(.contactSetDisposition(contact, code: "solved", note: ""), as: anna) == nil)
    floor.hangsUp(caller)
    #expect(floor.agent("anna")?.activity == "acw")
    floor.passes(.seconds(20))
    #expect(floor.agent("anna")?.activity == "idle")

    let (second, other) = try talk(.untilDisposition)
    floor.hangsUp(other)
    floor.passes(.seconds(1000))
    #expect(floor.agent("anna")?.activity == "acw")
    let mark = floor.mark
    #expect(refusal(.contactSetDisposition(second, code: "solved", note: "二度目"), as: anna) == nil)
    #expect(floor.agent("anna")?.activity == "idle")
    #expect(floor.dispositions[second]?.code == "solved" && floor.dispositions[second]?.note == "二度目")
    #expect(floor.dispositions[second]?.agent == "anna")
    let told = floor.notices(from: mark).first { $0.body.type == "contact.disposition" }
    #expect(told?.body == .contactDisposition(code: "solved", note: "二度目"))
    #expect(told?.contact == second && told?.agent == "anna" && told?.queue == "support")
    // The note is nobody's who reads the log.
    #expect(told.map { "\($0.logLine)".contains("二度目") } == false)
    #expect(refusal(.contactSetDisposition(second, code: "solved", note: ""), as: anna)?.kind == .notFound)
  }

  @Test mutating func `a disposition is said by whose contact it is, and is one of its queue`() throws {
    let (contact, caller) = try talk()
    for isOver in [false, true] {
      if isOver { floor.hangsUp(caller) }
      #expect(refusal(.contactSetDisposition(contact, code: "solved", note: ""), as: boris)?.kind == .forbidden)
      #expect(
        refusal(.contactSetDisposition(contact, code: "sold", note: ""), as: anna)
          == ControlError(.invalidParameters, "sold is no disposition of this contact: solved"))
      #expect(floor.dispositions.isEmpty)
    }
    #expect(refusal(.contactSetDisposition(contact, code: "solved", note: ""), as: supervisor) == nil)
    #expect(floor.dispositions[contact]?.agent == "anna")
    #expect(refusal(.contactSetDisposition("none", code: "solved", note: ""), as: supervisor)?.kind == .notFound)
  }

  @Test mutating func `a wrap-up that may not end tells why, and goes on`() throws {
    let (_, caller) = try talk(.timed) { $0.distribution.queues[0].wrapUpMayEndEarly = false }
    floor.hangsUp(caller)
    floor.passes(.seconds(5))
    let refused = refusal(.agentFinish("anna"), as: anna)
    #expect(refused?.kind == .wrongState && refused?.message.contains("10 s") == true)
    #expect(floor.agent("anna")?.activity == "acw")
    floor.passes(.seconds(11))
    #expect(floor.agent("anna")?.activity == "idle")
    #expect(refusal(.agentFinish("anna"), as: anna)?.message.contains("not wrapping up") == true)
  }

  @Test mutating func `a wrap-up is asked for in the call, where that is up to her`() throws {
    let (_, caller) = try talk(.optional)
    #expect(refusal(.agentRequestWrapUp("boris"), as: supervisor)?.kind == .wrongState)
    #expect(refusal(.agentRequestWrapUp("nobody"), as: supervisor)?.kind == .notFound)
    #expect(refusal(.agentRequestWrapUp("anna"), as: anna) == nil)
    floor.hangsUp(caller)
    #expect(floor.agent("anna")?.activity == "acw")
    let (_, next) = try talk(.optional)
    floor.hangsUp(next)
    #expect(floor.agent("anna")?.activity == "idle")
    _ = try talk(.timed)
    #expect(refusal(.agentRequestWrapUp("anna"), as: anna)?.message.contains("timed") == true)
  }

  @Test mutating func `how offers ended is counted, each kind by itself`() throws {
    floor = Floor { settings in
      settings.distribution.queues[0].missedOffersBeforeAway = 0
      settings.distribution.queues[0].retryDelay = .seconds(1)
    }
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    func counted() -> [String: Int] { floor.agent("anna")?.offers?.ended.filter { $0.value > 0 } ?? [:] }
    #expect(floor.agent("anna")?.offers?.made == 1 && counted().isEmpty)
    floor.refuses(try #require(floor.dialled.last), 603)
    #expect(counted() == ["declined": 1])
    floor.passes(.seconds(2))
    floor.refuses(try #require(floor.dialled.last), 486)
    // Refused twice, and by its words in two ways.
    #expect(counted()["busy"] == 1 && counted()["declined"] == 1 && floor.agent("anna")?.offers?.declined == 2)
    floor.passes(.seconds(2))
    floor.happens(.progressed(try #require(floor.dialled.last), status: 180))
    floor.passes(.seconds(30))
    #expect(counted()["no_answer"] == 1 && counted()["declined"] == 1)
    for leg in floor.dialled { floor.refuses(leg, 503) }
    #expect(counted()["unreachable"] == 1)
    floor.happens(.phoneReachable("desk-1"))
    for _ in 0..<60 where floor.dialled.isEmpty { floor.passes(.seconds(1)) }
    floor.hangsUp(caller)
    #expect(counted()["caller_gone"] == 1)
    let offers = try #require(floor.agent("anna")?.offers)
    #expect(offers.answered == 0 && offers.ended.values.reduce(0, +) == offers.made)
    #expect(offers.ended.count == Distributor.OfferEnd.allCases.count)
  }
}
