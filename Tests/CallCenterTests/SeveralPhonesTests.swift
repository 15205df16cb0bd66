import Control
import Directory
import Distribution
import History
import Supervision
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Several phones for one caller` {
  private var floor = Self.office()

  /// Three agents of one level, whose phones all ring.
  private static func office(
    _ strategy: QueueStrategy = .ringAll, change: (inout CallFlowSettings) -> Void = { _ in }
  ) -> Floor {
    Floor { settings in
      for index in settings.distribution.queues.indices { settings.distribution.queues[index].strategy = strategy }
      for index in settings.distribution.agents.indices {
        settings.distribution.agents[index].memberships = ["support": 1]
      }
      change(&settings)
    }
  }

  private mutating func everybodyWorks() {
    for (agent, phone) in [("anna", "desk-1"), ("boris", "desk-2"), ("chieko", "desk-3")] as [(AgentID, PhoneID)] {
      floor.works(agent, at: phone)
    }
  }

  /// A caller, and the phones that ring for him: of Anna, Boris and Chieko.
  private mutating func rings() throws -> (caller: LegID, phones: [LegID]) {
    let caller = floor.call()
    let phones = floor.dialled
    try #require(phones.count == 3)
    for phone in phones { floor.happens(.progressed(phone, status: 180)) }
    return (caller, phones)
  }

  private func story(from mark: Int) -> [String] {
    floor.notices(from: mark).compactMap { notice in
      let agent = notice.agent.map { " \($0)" } ?? ""
      return switch notice.body {
      case .popUp: "popup" + agent
      case .contactOfferEnded(let reason): "offerEnded\(agent) \(reason)"
      case .contactOffered, .contactRinging, .contactConnected, .contactEnded: notice.body.type.dropFirst(8) + agent
      default: nil
      }
    }
  }

  @Test mutating func `each of them has the card before her phone rings, and is told of her own`() throws {
    everybodyWorks()
    let mark = floor.mark
    _ = try rings()
    let agents = ["anna", "boris", "chieko"]
    #expect(
      story(from: mark) == agents.flatMap { ["popup \($0)", "offered \($0)"] } + agents.map { "ringing \($0)" })
    #expect(floor.agent("chieko")?.activity == "ringing")
    let call = try #require(floor.calls.first)
    #expect(call.state == "ringing" && call.agent == nil && call.agents == ["anna", "boris", "chieko"])
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `the first who answers has the caller, and the others' phones are told that somebody did`() throws
  {
    everybodyWorks()
    let (caller, phones) = try rings()
    let mark = floor.mark
    floor.answers(phones[1])
    let orders = floor.effects.dropFirst(mark).filter { if case .engine(.end) = $0 { true } else { false } }
    #expect(orders == [phones[0], phones[2]].map { .engine(.end($0, status: 487, answeredElsewhere: true)) })
    #expect(
      story(from: mark) == [
        "connected boris", "offerEnded anna answered_elsewhere", "offerEnded chieko answered_elsewhere",
      ])
    let recording = try #require(floor.recordings.first)
    #expect(
      floor.links == [
        AudioLink(from: .leg(caller), to: .leg(phones[1])), AudioLink(from: .leg(phones[1]), to: .leg(caller)),
        AudioLink(from: .leg(caller), to: .outside(recording)),
        AudioLink(from: .leg(phones[1]), to: .agentSide(recording)),
      ])
    #expect(floor.calls.first?.agent == "boris" && floor.calls.first?.agents == ["boris"])
    floor.hangsUp(caller)
    let record = try #require(floor.records.values.first)
    #expect(record.segments.map(\.endReason) == [.answered, .answeredElsewhere, .callerHungUp, .answeredElsewhere])
    #expect(record.segments.map { $0.answeredAt != nil } == [false, false, true, false])
    // Nobody has missed anything.
    #expect(["anna", "chieko"].map { floor.agent($0)?.activity } == ["idle", "idle"])
    #expect(floor.agent("boris")?.activity == "acw" && floor.legs.isEmpty)
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `an answer that crosses our CANCEL joins nobody, and is ended by a BYE`() throws {
    everybodyWorks()
    let (_, phones) = try rings()
    floor.answers(phones[0])
    let (mark, links) = (floor.mark, floor.links)
    floor.answers(phones[1])
    floor.answers(phones[1])
    #expect(
      floor.effects.dropFirst(mark).map { $0 } == [.engine(.end(phones[1], status: 200, answeredElsewhere: true))])
    #expect(
      floor.links == links && floor.agent("boris")?.activity == "idle" && floor.agent("anna")?.activity == "talking")
    floor.happens(.ended(phones[1], LegEnd(status: 200, byPeer: false, wasAnswered: true)))
    #expect(floor.calls.map(\.state) == ["talking"] && floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `who refuses is out of it for herself alone, and the caller waits when the last has refused`()
    throws
  {
    everybodyWorks()
    let (caller, phones) = try rings()
    let mark = floor.mark
    floor.refuses(phones[0], 603)
    #expect(floor.calls.first?.agents == ["boris", "chieko"] && floor.legs[phones[1]] == false)
    floor.refuses(phones[2], 480)
    floor.refuses(phones[1], 486)
    #expect(
      story(from: mark) == [
        "offerEnded anna declined", "offerEnded chieko unreachable", "offerEnded boris busy",
      ])
    #expect(floor.calls.map(\.state) == ["waiting"])
    floor.passes(.seconds(5))
    // Chieko's phone is in back-off.
    #expect(floor.calls.first?.agents == ["anna", "boris"])
    floor.answers(floor.dialled[0])
    floor.hangsUp(caller)
    #expect(floor.legs.isEmpty && floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `the caller who leaves stops all phones, and nobody has answered elsewhere`() throws {
    everybodyWorks()
    let (caller, phones) = try rings()
    let mark = floor.mark
    floor.hangsUp(caller)
    let orders = floor.effects.dropFirst(mark).filter { if case .engine(.end) = $0 { true } else { false } }
    #expect(orders == phones.map { .engine(.end($0, status: 487, answeredElsewhere: false)) })
    #expect(
      story(from: mark) == ["anna", "boris", "chieko"].map { "offerEnded \($0) caller_gone" } + ["ended"])
    #expect(floor.records.values.first?.segments.map(\.endReason) == Array(repeating: .abandoned, count: 4))
    #expect(floor.legs.isEmpty && floor.flow.isIdle)
  }

  @Test mutating func `a card that comes late is for all whose phones ring, and in the conversation for her alone`()
    throws
  {
    floor.customers = nil
    everybodyWorks()
    _ = floor.call()
    #expect(floor.dialled.isEmpty)
    floor.passes(.milliseconds(150))
    let phones = floor.dialled
    floor.refuses(phones[0], 603)
    floor.answers(phones[1])
    let mark = floor.mark
    floor.directoryAnswers()
    let told = floor.notices(from: mark).compactMap { notice -> AgentID? in
      if case .popUpCompleted = notice.body { notice.agent } else { nil }
    }
    #expect(told == ["boris"] && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `one phone more each time, and the one who rang first may still answer`() throws {
    floor = Self.office(.ringProgressively)
    everybodyWorks()
    _ = floor.call()
    floor.happens(.progressed(floor.dialled[0], status: 180))
    #expect(floor.calls.first?.agent == "anna")
    floor.passes(.seconds(10))
    try #require(floor.dialled.count == 2)
    floor.happens(.progressed(floor.dialled[1], status: 180))
    #expect(floor.calls.first?.agents == ["anna", "boris"])
    floor.answers(floor.dialled[0])
    #expect(floor.dialled.count == 1 && floor.calls.first?.agent == "anna")
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `of several, nothing says whose call came back: its own end does`() throws {
    everybodyWorks()
    let (_, phones) = try rings()
    let contact = try #require(floor.calls.first?.contact)
    for phone in [phones[2], phones[1]] {
      let back = LegID(rawValue: phone.rawValue & 0xFF + 500)
      floor.legs[back] = false
      floor.happens(
        .arrived(back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
      #expect(floor.effects.contains(.engine(.end(back, status: 482, answeredElsewhere: false))))
      #expect(floor.dialled.contains(phone))
      floor.refuses(phone, 482)
    }
    #expect(floor.calls.first?.agents == ["anna"] && floor.calls.count == 1)
    let back = LegID(rawValue: 900)
    floor.legs[back] = false
    floor.happens(
      .arrived(back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
    // Nor does it say so when she is the only one left: it may be late.
    #expect(floor.calls.first?.agents == ["anna"] && floor.dialled == [phones[0]])
    floor.refuses(phones[0], 482)
    #expect(floor.calls.map(\.state) == ["waiting"] && floor.dialled.isEmpty)
  }

  private func client(of agent: AgentID) -> Client {
    Client(number: 2, role: .agent, agent: agent, userID: 1000, processID: 2)
  }

  @Test mutating func `her client sees what rings at her phone, and gives up her own offer, not the others'`() throws {
    everybodyWorks()
    let (_, phones) = try rings()
    let contact = try #require(floor.calls.first?.contact)
    for agent in ["anna", "boris"] as [AgentID] {
      let seen = floor.asks(.callsList, as: client(of: agent))
      guard case .success(let result)? = seen, case .calls(let calls) = result.narrowed(to: client(of: agent)) else {
        throw Missing()
      }
      #expect(calls.map(\.contact) == [contact])
    }
    let mark = floor.mark
    guard case .success? = floor.asks(.callHangUp(contact), as: client(of: "boris")) else { throw Missing() }
    #expect(story(from: mark) == ["offerEnded boris declined"])
    #expect(floor.legs[phones[1]] == nil && floor.calls.first?.agents == ["anna", "chieko"])
    guard case .failure(let error)? = floor.asks(.callHangUp(contact), as: client(of: "boris")) else { throw Missing() }
    #expect(error.kind == .forbidden)
    floor.refuses(phones[2], 486)
    // Though nobody but her is left, the caller is not hers before she answers.
    guard case .success? = floor.asks(.callHangUp(contact), as: client(of: "anna")) else { throw Missing() }
    #expect(floor.calls.map(\.state) == ["waiting"] && floor.records.values.allSatisfy { $0.endReason == nil })
    floor.passes(.seconds(5))
    floor.answers(try #require(floor.dialled.last))
    guard case .success? = floor.asks(.callHangUp(contact), as: client(of: try #require(floor.calls.first?.agent)))
    else { throw Missing() }
    #expect(floor.calls.isEmpty && floor.records.values.first?.endReason == .hungUpByCommand)
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `a supervisor's command ends it for all of them`() throws {
    everybodyWorks()
    _ = try rings()
    floor.asks(.callHangUp(try #require(floor.calls.first?.contact)))
    #expect(floor.calls.isEmpty && floor.legs.isEmpty && floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `whoever follows an agent hears the caller whom she won, and none whom another did`() throws {
    floor = Self.office {
      $0.distribution.agents += [AgentSettings(id: "boss", memberships: [:])]
      $0.phones["desk-8"] = PhoneProfile()
    }
    everybodyWorks()
    floor.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "anna", contact: nil, phone: "desk-8")))
    floor.answers(try #require(floor.dialled.first))
    let mine = floor.dialled[0]
    for winner in [1, 0] {
      let caller = floor.call(from: "03\(winner)1112222")
      let phones = floor.dialled.filter { $0 != mine }
      try #require(phones.count == 3)
      floor.answers(phones[winner])
      #expect(floor.links.contains(AudioLink(from: .leg(caller), to: .leg(mine))) == (winner == 0))
      floor.hangsUp(caller)
      floor.asks(.agentFinish("boris"))
    }
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `an emergency call takes one phone out of it, and the others ring on`() throws {
    everybodyWorks()
    let (_, phones) = try rings()
    floor.asks(.callDial("anna", to: "110"))
    #expect(floor.legs[phones[0]] == nil && floor.legs[phones[1]] == false)
    #expect(floor.calls.first?.agents == ["boris", "chieko"])
    floor.answers(phones[2])
    #expect(floor.calls.map(\.agent) == ["chieko", "anna"])
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `stopping dials no phone that becomes free by it`() throws {
    everybodyWorks()
    let (_, phones) = try rings()
    floor.refuses(phones[0], 603)
    _ = floor.call(from: "0322223333")
    try #require(floor.calls.map(\.agents) == [["boris", "chieko"], ["anna"]])
    let mark = floor.mark
    floor.stops()
    #expect(!floor.effects.dropFirst(mark).contains { if case .engine(.dial) = $0 { true } else { false } })
    #expect(floor.legs.isEmpty && floor.flow.isIdle && floor.flow.legs.count == floor.ending.count)
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }
}
