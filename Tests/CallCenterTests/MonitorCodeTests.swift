import Control
import Distribution
import Entries
import History
import Supervision
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Supervisors by their phones` {
  private var floor = Floor { settings in
    settings.distribution.agents.append(.init(id: "boss", memberships: [:]))
    settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-8")
    settings.phones["desk-8"] = PhoneProfile()
    settings.phones["ext-1"] = PhoneProfile(number: "1001")
    settings.supervision.rules.rows = [MonitorRule(supervisor: "boss", rights: [.listen, .whisper])]
    settings.refusalTone = "/refusal.wav"
    settings.entries.entries += Floor.entries([("*", .agent("anna"))])
  }
  private let leg = LegID(rawValue: 70)

  private mutating func dials(_ number: String, from origin: Invitation.Origin = .phone("desk-8"), on leg: LegID? = nil)
  {
    let leg = leg ?? self.leg
    if floor.ending.contains(leg) {
      floor.happens(.ended(leg, LegEnd(status: 480, byPeer: false, wasAnswered: false)))
    }
    floor.legs[leg] = false
    floor.happens(.arrived(leg, Invitation(origin: origin, called: number, from: NameAddress(user: "desk-8"))))
  }

  private func ended(with status: Int) -> Bool {
    floor.effects.contains(.engine(.end(leg, status: status, answeredElsewhere: false)))
  }

  private mutating func talk() throws -> LegID {
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    let anna = try #require(floor.dialled.last)
    floor.answers(anna)
    return anna
  }

  @Test
  mutating func `her call is answered when its row is written, and she hears when it is acknowledged and written`()
    throws
  {
    let anna = try talk()
    let before = floor.links
    floor.holdsAudit = true
    dials("*55anna")
    #expect(floor.legs[leg] == false && floor.links == before)
    floor.auditIsWritten()
    #expect(floor.legs[leg] == true && floor.links == before)
    floor.answers(leg)
    #expect(floor.links == before)
    floor.auditIsWritten()
    #expect(floor.links.subtracting(before).count == 2)
    #expect(floor.agent("boss")?.activity == "supervising")
    #expect(floor.dialled == [anna])
    #expect(floor.audit.map(\.user) == [nil, nil])
    floor.hangsUp(leg)
    #expect(floor.links == before && floor.audit.last?.end == .hungUp)
    #expect(floor.agent("boss")?.activity == "idle" && floor.faults.isEmpty)
  }

  @Test mutating func `a key for which she has no right is a tone for her, a row and an event, and changes nothing`()
    throws
  {
    _ = try talk()
    dials("*55anna")
    floor.answers(leg)
    let before = floor.links
    floor.happens(.pressed(leg, digit: "6"))
    #expect(floor.links == before)
    #expect(floor.effects.contains(.engine(.play("/refusal.wav", to: leg))))
    #expect(floor.audit.last?.refused == .barge)
    let notice = try #require(floor.notices().last)
    #expect(notice.body.type == "monitor.refused" && notice.audience == .supervisors() && notice.agent == "anna")
    floor.happens(.announcementFinished(leg))
    #expect(floor.links == before && floor.faults.isEmpty)
  }

  @Test mutating func `who takes nothing over and is left by nobody goes on through agents' calls`() throws {
    floor.works("anna", at: "desk-1")
    dials("*55anna")
    floor.answers(leg)
    #expect(floor.monitors.map(\.state) == ["waiting"] && floor.links.isEmpty)
    _ = try talk()
    #expect(floor.monitors.map(\.state) == ["present"])
    #expect(floor.faults.isEmpty)
  }

  @Test(arguments: [("*55anna", 480), ("*557", 404)])
  mutating func `an agent who is logged out, and one who is none, are told apart`(number: String, status: Int) {
    dials(number)
    #expect(ended(with: status) && floor.monitors.isEmpty && floor.faults.isEmpty)
  }

  @Test(arguments: ["*55chieko", "*55anna", "*557"])
  mutating func `who has no right learns of nobody whether she is there`(number: String) {
    floor.works("anna", at: "desk-1")
    floor.asks(.agentLogIn("boris", "desk-2"))
    dials(number, from: .phone("desk-2"))
    #expect(ended(with: 403) && floor.monitors.isEmpty && floor.audit.count == (number == "*557" ? 0 : 1))
  }

  @Test mutating func `whose phone it is says who dials: whoever is logged in there, else its one owner`() {
    floor.works("anna", at: "desk-1")
    dials("*55anna", from: .phone("desk-2"))
    #expect(ended(with: 403) && floor.notices().last?.body.type == "security.refused")
    floor.asks(.agentLogIn("boris", "desk-8"))
    dials("*55anna")
    #expect(floor.monitors.isEmpty && floor.audit.last?.refused == .listen && floor.audit.last?.supervisor == "boris")
    floor.asks(.agentLogIn("boss", "desk-2"))
    dials("*55anna", from: .phone("desk-2"))
    #expect(floor.monitors.map(\.phone) == ["desk-2"])
  }

  @Test mutating func `who dialled the code and takes over is the agent on that leg`() throws {
    floor = Floor { settings in
      settings.agents["boris"] = AgentProfile(name: "Boris", phone: "desk-2")
      settings.supervision.rules.rows = [MonitorRule(supervisor: "boris")]
    }
    let anna = try talk()
    dials("*55anna", from: .phone("desk-2"))
    floor.answers(leg)
    floor.asks(.monitorTakeOver("boris"))
    #expect(floor.ending == [anna] && floor.calls.map(\.agent) == ["boris"] && floor.monitors.isEmpty)
    let contact = try #require(floor.calls.first?.contact)
    floor.hangsUp(leg)
    #expect(floor.records[contact]?.endReason == .agentHungUp && floor.calls.isEmpty)
    #expect(floor.faults + floor.chronicle.faults == [])
  }

  @Test(arguments: ["*55anna", "*551001", "*558002"])
  mutating func `an agent is reached by her id, her extension, or a number that leads to her`(number: String) {
    floor.works("anna", at: "ext-1")
    dials(number)
    #expect(floor.monitors.map(\.agent) == ["anna"])
  }

  @Test mutating func `who is in a call, or monitors already, is busy`() {
    floor.works("anna", at: "desk-1")
    dials("*55anna", on: LegID(rawValue: 71))
    dials("*55anna")
    #expect(ended(with: 486) && floor.monitors.count == 1)
  }

  @Test mutating func `a trunk's word is no digest, and without a right for anybody the code is no code`() {
    dials("*55anna", from: .trunk("pbx"))
    #expect(floor.monitors.isEmpty && floor.audit.isEmpty)
    #expect(floor.notices().contains { $0.body.type == "contact.arrived" })
    floor = Floor()
    dials("*55anna", from: .phone("desk-1"))
    #expect(ended(with: 404) && floor.audit.isEmpty)
  }

  @Test mutating func `while stopping, and when the row cannot be written, her call is refused`() {
    floor.works("anna", at: "desk-1")
    floor.holdsAudit = true
    dials("*55anna")
    floor.auditIsWritten(false)
    #expect(ended(with: 503) && floor.monitors.isEmpty && floor.agent("boss")?.activity == "idle")
    floor.effects = []
    floor.drains()
    dials("*55anna")
    #expect(ended(with: 503) && floor.faults.isEmpty)
  }

  @Test mutating func `while there is too much to do, her call is refused`() {
    floor.works("anna", at: "desk-1")
    var late = LoadFigures()
    late.latenessP99 = .seconds(1)
    for _ in 0..<5 { floor.measures(late) }
    dials("*55anna")
    #expect(ended(with: 503) && floor.monitors.isEmpty && floor.audit.isEmpty && floor.faults.isEmpty)
  }

  @Test mutating func `one who gives up before she is answered leaves nothing behind`() {
    floor.works("anna", at: "desk-1")
    floor.holdsAudit = true
    dials("*55anna")
    floor.happens(.ended(leg, LegEnd(status: 487, byPeer: true, wasAnswered: false)))
    floor.auditIsWritten()
    #expect(floor.monitors.isEmpty && floor.legs.isEmpty && floor.faults.isEmpty)
    #expect(floor.flow.monitorLegs.isEmpty)
  }
}
