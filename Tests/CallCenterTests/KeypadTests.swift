import Control
import Dialing
import Entries
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Phones that dial by themselves` {
  private var floor = Floor()
  private let phone = LegID(rawValue: 50)

  private mutating func dials(_ number: String, from origin: Invitation.Origin = .phone("desk-1")) {
    floor.legs[phone] = false
    floor.happens(.arrived(phone, Invitation(origin: origin, called: number, from: NameAddress(user: "desk-1"))))
  }
  private func ended(with status: Int) -> Bool {
    floor.effects.contains(.engine(.end(phone, status: status, answeredElsewhere: false)))
  }
  private var ways: [Destination] {
    floor.effects.compactMap { if case .engine(.dial(_, let way, _, _)) = $0 { way } else { nil } }
  }

  @Test mutating func `nobody logged in: an emergency call goes out before any entry, is joined and recorded`() throws {
    floor = Floor { settings in
      settings.entries = EntryTable(entries: Floor.entries([("*", .reject(status: 603))]))
      settings.dialPlan.open = []
      settings.dialPlan.emergencyTrunk = "fixed-line"
    }
    dials("110")
    guard case .trunk("fixed-line", let number) = ways.last else { throw Missing() }
    #expect(number.national == "110")
    let far = try #require(floor.dialled.first)
    floor.happens(.progressed(far, status: 180))
    #expect(floor.effects.contains(.engine(.ring(phone))))
    #expect(floor.calls.map(\.state) == ["dialing"])
    floor.passes(.seconds(600))
    floor.answers(far)
    #expect(floor.calls.map(\.state) == ["talking"] && floor.flow.counts.talking == 1)
    #expect(floor.legs[phone] == true && floor.recordings.count == 1)
    #expect(
      floor.links.isSuperset(of: [
        AudioLink(from: .leg(phone), to: .leg(far)), AudioLink(from: .leg(far), to: .leg(phone)),
      ]))
    floor.hangsUp(phone)
    #expect(floor.calls.isEmpty && floor.recordings.isEmpty && floor.faults.isEmpty)
    #expect(floor.records.values.map(\.endReason) == [.agentHungUp])
    #expect(floor.records.values.map(\.direction) == [.outbound])
  }

  @Test mutating func `whoever is logged in there dials: the card pops up, nothing is offered, and she wraps up`()
    throws
  {
    floor.works("anna", at: "desk-1")
    dials("0398765432")
    #expect(floor.agent("anna")?.activity == "outbound_dialing")
    #expect(floor.notices().contains { $0.body.type == "popup" && $0.agent == "anna" })
    #expect(!floor.links.contains { $0.from == .music("/ringback.wav") })
    _ = floor.call()
    let far = try #require(floor.dialled.first)
    floor.happens(.progressed(far, status: 183))
    #expect(floor.effects.contains(.engine(.openEarlyMedia(phone))))
    #expect(floor.links.contains(AudioLink(from: .leg(far), to: .leg(phone))))
    floor.answers(far)
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    floor.happens(.held(phone))
    #expect(floor.agent("anna")?.activity == "holding")
    floor.hangsUp(far)
    #expect(floor.agent("anna")?.activity == "acw")
    #expect(floor.faults.isEmpty)
    #expect(ways.count == 1)
  }

  @Test mutating func `an agent who talks already dials beside it, and her first call is untouched`() throws {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.answers(try #require(floor.dialled.first))
    dials("110")
    floor.answers(try #require(floor.dialled.last))
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    floor.hangsUp(phone)
    #expect(floor.agent("anna")?.activity == "talking")
    #expect(floor.legs[caller] == true && floor.faults.isEmpty)
  }

  @Test mutating func `nobody is offered to an agent whose phone still makes the call that she asks advice by`() throws
  {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.answers(try #require(floor.dialled.first))
    dials("0398765432")
    floor.answers(try #require(floor.dialled.last))
    floor.hangsUp(caller)
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    _ = floor.call(from: "0322223333")
    floor.passes(.seconds(3600))
    #expect(!floor.effects.contains { if case .engine(.dial(_, .phone("desk-2"), _, _)) = $0 { true } else { false } })
    #expect(floor.calls.count == 2 && floor.agent("anna")?.activity == "outbound_talking")
    floor.hangsUp(phone)
    #expect(floor.agent("anna")?.activity == "acw" && floor.faults.isEmpty)
  }

  @Test mutating func `a hold is told also where nobody is logged in`() throws {
    dials("0398765432")
    floor.answers(try #require(floor.dialled.first))
    floor.happens(.held(phone))
    floor.happens(.retrieved(phone))
    let types = floor.notices().map(\.body.type)
    #expect(types.contains("contact.held") && types.contains("contact.retrieved"))
  }

  @Test mutating func `a number that leads back to us lets the phone go at once`() throws {
    dials("0398765432")
    let back = LegID(rawValue: 60)
    floor.legs[back] = false
    let contact = try #require(floor.calls.first?.contact)
    floor.happens(
      .arrived(back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
    #expect(floor.calls.isEmpty && ended(with: 603) && floor.faults.isEmpty)
  }

  @Test mutating func `while stopping only an emergency call goes out, and a refused one is told to whoever watches`() {
    floor.drains()
    dials("0398765432")
    #expect(ended(with: 503) && ways.isEmpty)
    floor.happens(.ended(phone, LegEnd(status: 503, byPeer: false, wasAnswered: false)))
    dials("119")
    #expect(ways.count == 1)
    floor = Floor { $0.dialPlan = DialPlan() }
    dials("110")
    #expect(ended(with: 503) && floor.notices().contains { $0.body.type == "security.refused" })
  }

  @Test(arguments: [(486, 486), (404, 404), (603, 603), (503, 480)])
  mutating func `the phone is told why the number was not reached`(far: Int, told: Int) throws {
    floor.works("anna", at: "desk-1")
    dials("0398765432")
    floor.refuses(try #require(floor.dialled.first), far)
    #expect(ended(with: told))
    #expect(floor.agent("anna")?.activity == "idle" && floor.calls.isEmpty && floor.faults.isEmpty)
  }

  @Test mutating func `whoever hangs up while it rings leaves nothing behind`() {
    dials("0398765432")
    floor.happens(.ended(phone, LegEnd(status: 487, byPeer: true, wasAnswered: false)))
    #expect(floor.records.values.map(\.endReason) == [.cancelled])
    #expect(floor.calls.isEmpty && floor.faults.isEmpty)
  }

  @Test(arguments: [("0990123456", 403), ("7777", 404), ("nobody", 404)])
  mutating func `what the dial plan closes is forbidden, and what is no public number is not there`(
    number: String, status: Int
  ) {
    dials(number)
    #expect(ended(with: status) && ways.isEmpty && floor.calls.isEmpty)
  }

  @Test mutating func `an entry comes before the dial plan`() {
    floor.works("anna", at: "desk-2")
    dials("8000")
    #expect(ways == [.phone("desk-2")])
  }

  @Test(arguments: ["110", "0398765432"])
  mutating func `a trunk never dials out through us`(number: String) {
    dials(number, from: .trunk("pbx"))
    #expect(ended(with: 404) && ways.isEmpty)
  }
}
