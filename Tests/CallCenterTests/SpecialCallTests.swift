import Control
import Dialing
import Directory
import Distribution
import Entries
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Calls that need care` {
  private var floor = Floor()

  private func shown(_ floor: Floor) -> [(Destination, PresentedCaller)] {
    floor.effects.compactMap { if case .engine(.dial(_, let to, let caller, _)) = $0 { (to, caller) } else { nil } }
  }

  @Test(arguments: [("110", false), ("184119", false), ("1840398765432", true), ("0398765432", false)])
  mutating func `an emergency call shows our number also behind 184; others may withhold it`(
    number: String, isPrivate: Bool
  ) throws {
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: number))
    floor.answers(try #require(floor.dialled.first))
    let (_, caller) = try #require(shown(floor).last)
    #expect(caller == PresentedCaller(number: "0312345678", isPrivate: isPrivate))
  }

  @Test mutating func `an emergency call rings the agent's phone without waiting for the directory`() {
    floor.customers = nil
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "119"))
    #expect(shown(floor).map(\.0) == [.phone("desk-1")])
  }

  @Test mutating func `an emergency call goes out by its trunk, with every class closed`() throws {
    floor = Floor { settings in
      settings.dialPlan.open = []
      settings.dialPlan.emergencyTrunk = "fixed-line"
    }
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "119"))
    floor.answers(try #require(floor.dialled.first))
    guard case .trunk(let trunk, let number) = shown(floor).last?.0 else { throw Missing() }
    #expect(trunk == "fixed-line" && number.national == "119")
  }

  private mutating func dialsEmergency(_ number: String = "110") throws -> (contact: ContactID, phone: LegID) {
    guard case .success(.done(let done)) = floor.asks(.callDial("anna", to: number)), let contact = done.contact,
      case .engine(.dial(let phone, _, _, _)) = floor.effects.last(where: {
        if case .engine(.dial(_, _, _, contact)) = $0 { true } else { false }
      })
    else { throw Missing() }
    return (contact, phone)
  }

  @Test mutating func `an emergency call takes the phone from a ringing offer, whose caller goes to the next agent`()
    throws
  {
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    _ = floor.call()
    let offered = try #require(floor.dialled.first)
    floor.happens(.progressed(offered, status: 180))
    let mark = floor.mark
    let (_, phone) = try dialsEmergency()
    let orders = floor.effects.dropFirst(mark).compactMap { effect -> String? in
      switch effect {
      case .engine(.end(offered, status: 487, _)): "cancel"
      case .engine(.dial(phone, .phone("desk-1"), _, _)): "ring anna"
      case .engine(.dial(_, .phone("desk-2"), _, _)): "ring boris"
      default: nil
      }
    }
    #expect(Set(orders) == ["cancel", "ring anna", "ring boris"] && orders.first == "cancel")
    #expect(floor.notices(from: mark).contains { $0.body == .contactOfferEnded(reason: "agent_gone") })
    floor.answers(phone)
    #expect(shown(floor).last?.0 == .trunk("pbx", try Floor.read("110").get().number))
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `an emergency call rings a phone in back-off, and one whose agent is away`() throws {
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.refuses(floor.dialled[0], 480)
    floor.asks(.agentSetStatus("anna", .away(reason: "lunch")))
    #expect(floor.agent("anna")?.activity == "unreachable")
    guard case .failure = floor.asks(.callDial("anna", to: "0398765432")) else { throw Missing() }
    floor.answers(try dialsEmergency().phone)
    #expect(floor.dialled.count == 2)
  }

  @Test mutating func `an emergency call in a conversation rings the phone once more, and both calls go their way`()
    throws
  {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.answers(floor.dialled[0])
    let (contact, phone) = try dialsEmergency("119")
    floor.answers(phone)
    let service = try #require(floor.dialled.last)
    floor.answers(service)
    #expect(floor.calls.map(\.state) == ["talking", "talking"])
    floor.hangsUp(caller)
    #expect(floor.calls.map(\.contact) == [contact] && floor.agent("anna")?.contact == contact)
    _ = floor.call(from: "0322223333")
    floor.passes(.seconds(60))
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    floor.hangsUp(service)
    #expect(floor.agent("anna")?.activity == "acw")
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `an emergency call of somebody at no phone is refused, with what to do at once`() {
    guard case .failure(let error) = floor.asks(.callDial("anna", to: "110")) else {
      Issue.record("rang nowhere")
      return
    }
    #expect(error.kind == .wrongState && error.message.contains("another telephone, now"))
  }

  @Test(arguments: [(CallerDisplay.name, "非通知"), (.reading, "ヒツウチ"), (.romaji, "Anonymous"), (.number, "Anonymous")])
  mutating func `who withholds the number is anonymous on the agent's phone, in the words that it can show`(
    display: CallerDisplay, text: String
  ) throws {
    floor = Floor { $0.phones["desk-1"] = PhoneProfile(display: display) }
    floor.works("anna", at: "desk-1")
    _ = floor.call(from: "anonymous")
    #expect(shown(floor).map(\.1) == [PresentedCaller(number: "anonymous", displayName: text)])
    #expect(floor.waitingLookUps.isEmpty && !floor.effects.contains { if case .lookUp = $0 { true } else { false } })
  }

  @Test mutating func `without room for another leg nobody is blamed, and the caller waits for the retry delay`() throws
  {
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    _ = floor.call()
    floor.happens(
      .ended(floor.dialled[0], LegEnd(status: 503, byPeer: false, wasAnswered: false, isOurFault: true)))
    #expect(floor.notices().contains { $0.body == .contactOfferEnded(reason: "system_failure") })
    #expect(floor.agent("anna")?.activity == "idle" && floor.agent("anna")?.status == "ready")
    #expect(floor.dialled.isEmpty && floor.calls.map(\.state) == ["waiting"])
    floor.passes(.milliseconds(4_999))
    #expect(floor.dialled.isEmpty)
    floor.passes(.milliseconds(1))
    #expect(floor.calls.map(\.agent) == ["anna"])
    floor.hangsUp(LegID(rawValue: 1))
    floor.asks(.callDial("anna", to: "0398765432"))
    floor.happens(
      .ended(
        try #require(floor.dialled.first),
        LegEnd(status: 503, byPeer: false, wasAnswered: false, isOurFault: true)))
    #expect(floor.records.values.map(\.endReason).contains(.systemFailure))
  }

  @Test mutating func `a call for one agent who is logged out is given up with 480`() {
    let caller = floor.call("8002")
    #expect(floor.effects.contains(.engine(.end(caller, status: 480, answeredElsewhere: false))))
    #expect(floor.records.values.map(\.endReason) == [.unreachable])
    #expect(floor.calls.isEmpty)
  }

  @Test mutating func `an agent who logs out while a call waits for her alone gives it up with 480`() {
    floor.asks(.agentLogIn("anna", "desk-1"))
    let caller = floor.call("8002")
    #expect(floor.calls.map(\.state) == ["waiting"])
    floor.asks(.agentLogOut("anna"))
    #expect(floor.effects.contains(.engine(.end(caller, status: 480, answeredElsewhere: false))))
  }

  @Test mutating func `one of our own phones calls a queue, and is known by its account`() throws {
    floor.works("anna", at: "desk-1")
    let caller = LegID(rawValue: 5)
    floor.legs[caller] = false
    floor.happens(
      .arrived(caller, Invitation(origin: .phone("desk-2"), called: "8000", from: NameAddress(user: "0399999999"))))
    #expect(shown(floor).map(\.1.number) == ["desk-2"])
    floor.answers(try #require(floor.dialled.first))
    #expect(floor.calls.map(\.state) == ["talking"])
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `an attempt at dialling that fails is told by its end and stage, and by no offer's end`() throws {
    floor.works("anna", at: "desk-1")
    let mark = floor.mark
    floor.asks(.callDial("anna", to: "0398765432"))
    floor.refuses(try #require(floor.dialled.first), 603)
    let types = floor.notices(from: mark).filter { $0.contact != nil }.map(\.body.type)
    #expect(types.filter { $0 != "agent.changed" } == ["contact.arrived", "popup", "contact.offered", "contact.ended"])
    #expect(
      floor.notices(from: mark).contains { $0.body == .contactEnded(reason: "declined", stage: "ringing_agent") })
  }

  @Test mutating func `the agent hears the far end's own sound before it answers, instead of our ringing tone`() throws
  {
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "0398765432"))
    let phone = try #require(floor.dialled.first)
    floor.answers(phone)
    #expect(floor.links == [AudioLink(from: .music("/ringback.wav"), to: .leg(phone))])
    let far = try #require(floor.dialled.last)
    floor.happens(.progressed(far, status: 183))
    #expect(floor.links == [AudioLink(from: .leg(far), to: .leg(phone))])
  }

  @Test mutating func `a key is pressed on whoever talks with the one who presses it, and on nobody before`() throws {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.happens(.pressed(caller, digit: "1"))
    let phone = try #require(floor.dialled.first)
    floor.answers(phone)
    floor.happens(.pressed(caller, digit: "2"))
    floor.happens(.pressed(phone, digit: "#"))
    let pressed = floor.effects.filter { if case .engine(.press) = $0 { true } else { false } }
    #expect(pressed == [.engine(.press("2", on: phone)), .engine(.press("#", on: caller))])
    #expect(floor.notices().count { $0.body.type == "contact.digit" } == 3 && floor.faults.isEmpty)
  }

  @Test mutating func `what is heard of each party is told by its side, and of strangers nothing`() throws {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    let phone = try #require(floor.dialled.first)
    floor.answers(phone)
    floor.happens(.audioChanged(caller, .flowing))
    floor.happens(.audioChanged(phone, .oneWay))
    floor.happens(.audioChanged(phone, .silent))
    floor.happens(.audioChanged(LegID(rawValue: 4711), .silent))
    let told = floor.notices().map(\.body).filter { $0.type == "contact.audio" }
    #expect(
      told == [
        .contactAudio(side: "outside", state: "flowing"), .contactAudio(side: "agent", state: "one_way"),
        .contactAudio(side: "agent", state: "silent"),
      ])
  }

  @Test mutating func `an offer that ends while the card is awaited was told to nobody`() {
    floor.customers = nil
    floor.works("anna", at: "desk-1")
    let mark = floor.mark
    floor.hangsUp(floor.call())
    let types = floor.notices(from: mark).map(\.body.type)
    #expect(!types.contains("contact.offered") && !types.contains("contact.offerEnded"))
    #expect(types.contains("contact.ended"))
  }

  @Test mutating func `late and double events end no leg twice, and none that never was`() {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    let phone = floor.dialled[0]
    floor.hangsUp(caller)
    func ends(_ leg: LegID) -> Int {
      floor.effects.count { if case .engine(.end(leg, _, _)) = $0 { true } else { false } }
    }
    #expect(ends(phone) == 1)
    // Her answer crossed the CANCEL, and is told twice.
    floor.answers(phone)
    floor.answers(phone)
    #expect(ends(phone) == 2)
    for leg in [caller, phone, LegID(rawValue: 70), .outgoing(70)] {
      let mark = floor.mark
      floor.happens(.ended(leg, LegEnd(status: 200, byPeer: true, wasAnswered: true)))
      floor.happens(.ended(leg, LegEnd(status: 200, byPeer: true, wasAnswered: true)))
      floor.happens(.answered(leg))
      floor.happens(.held(leg))
      floor.happens(.retrieved(leg))
      floor.happens(.progressed(leg, status: 180))
      floor.happens(.pressed(leg, digit: "1"))
      floor.happens(.announcementFinished(leg))
      #expect(floor.effects.dropFirst(mark).isEmpty)
    }
    #expect(floor.flow.legs.isEmpty)
  }

  @Test(arguments: ["8004", "9999", "8003"]) mutating func `a call that is refused or announced is ended once`(
    called: String
  ) {
    let leg = floor.call(called)
    floor.happens(.announcementFinished(leg))
    floor.happens(.announcementFinished(leg))
    #expect(floor.effects.count { if case .engine(.end(leg, _, _)) = $0 { true } else { false } } == 1)
    floor.happens(.ended(leg, LegEnd(status: 480, byPeer: false, wasAnswered: false)))
    #expect(floor.flow.legs.isEmpty && floor.faults.isEmpty)
  }

  @Test mutating func `an arrival told twice is one contact`() {
    let leg = floor.call()
    floor.happens(.arrived(leg, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(user: "03"))))
    #expect(floor.calls.count == 1)
  }

  @Test mutating func `without a wrap-up, the old leg ends before the phone is rung again`() throws {
    floor = Floor { settings in
      for index in settings.distribution.queues.indices { settings.distribution.queues[index].wrapUp = .zero }
    }
    floor.works("anna", at: "desk-1")
    let first = floor.call()
    let old = try #require(floor.dialled.first)
    floor.answers(old)
    _ = floor.call(from: "0322223333")
    let mark = floor.mark
    floor.hangsUp(first)
    let orders = floor.effects.dropFirst(mark).compactMap { effect -> String? in
      switch effect {
      case .engine(.end(old, _, _)): "end"
      case .engine(.dial): "dial"
      default: nil
      }
    }
    #expect(orders == ["end", "dial"])
  }

  @Test mutating func `a number that leads back to us ends the attempt as refused, and a conversation not at all`()
    throws
  {
    floor.works("anna", at: "desk-1")
    func loop(_ floor: inout Floor, _ leg: UInt64) throws {
      let contact = try #require(floor.calls.first?.contact)
      floor.legs[LegID(rawValue: leg)] = false
      floor.happens(
        .arrived(
          LegID(rawValue: leg),
          Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
      #expect(floor.effects.contains(.engine(.end(LegID(rawValue: leg), status: 482, answeredElsewhere: false))))
    }
    floor.asks(.callDial("anna", to: "0398765432"))
    floor.answers(try #require(floor.dialled.first))
    try loop(&floor, 91)
    #expect(floor.legs.isEmpty && floor.calls.isEmpty)
    #expect(floor.notices().contains { $0.body == .contactEnded(reason: "declined", stage: "dialing_number") })
    _ = floor.call()
    floor.answers(try #require(floor.dialled.first))
    try loop(&floor, 92)
    #expect(floor.calls.map(\.state) == ["talking"])
    #expect(floor.faults.isEmpty)
    floor = Floor()
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "0398765432"))
    floor.answers(try #require(floor.dialled.first))
    floor.answers(try #require(floor.dialled.last))
    try loop(&floor, 93)
    #expect(floor.calls.map(\.state) == ["talking"])
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `who holds before the two talk is found holding when they do, and is told once`() throws {
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "0398765432"))
    let phone = try #require(floor.dialled.first)
    floor.answers(phone)
    floor.happens(.held(phone))
    floor.happens(.held(phone))
    let number = try #require(floor.dialled.last)
    floor.answers(number)
    #expect(floor.agent("anna")?.activity == "holding")
    #expect(floor.links.contains(AudioLink(from: .music("/music.wav"), to: .leg(number))))
    floor.happens(.retrieved(phone))
    floor.happens(.retrieved(phone))
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    let types = floor.notices().map(\.body.type)
    #expect(types.count { $0 == "contact.held" } == 1 && types.count { $0 == "contact.retrieved" } == 1)
  }

  @Test mutating func `whom a phone calls, or an agent dials, is in no log line`() {
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "0398765432"))
    _ = floor.call("0398765432", from: "0311112222")
    let lines = floor.effects.compactMap { effect -> LogLine? in
      switch effect {
      case .log(let line): line
      case .notice(let notice): notice.logLine
      default: nil
      }
    }
    let values = lines.flatMap { $0.fields.map(\.value) }
    #expect(values.count { $0 == "*5432" } == 2)
    #expect(!values.contains { $0.contains("98765432") || $0.contains("11112222") })
  }

  @Test mutating func `stopping rings no phone for those who wait`() {
    floor = Floor { settings in
      for index in settings.distribution.queues.indices { settings.distribution.queues[index].wrapUp = .zero }
    }
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.answers(floor.dialled[0])
    _ = floor.call(from: "0322223333")
    let mark = floor.mark
    floor.stops()
    #expect(!floor.effects.dropFirst(mark).contains { if case .engine(.dial) = $0 { true } else { false } })
  }
}
