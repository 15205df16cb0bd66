import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `What agents must be able to do` {
  private static let names = ["anna", "berta", "clara"] as [AgentID]

  private func office(_ skills: [[SkillID: Int]], steps: [SkillStep] = [], holds: Bool = false) -> Desk {
    var queue = QueueSettings(id: "sales")
    queue.steps = steps
    queue.holdsLastStep = holds
    var settings = DistributionSettings(queues: [queue])
    for (name, skills) in zip(Self.names, skills) {
      var agent = AgentSettings(id: name, memberships: ["sales": 1])
      agent.skills = skills
      settings.agents.append(agent)
    }
    return Desk(settings)
  }

  @Test func `a skill below the level, or none at all, is not enough, whatever the level`() {
    var desk = office([[:], ["german": -1], ["german": 0]], steps: [SkillStep(.skill("german", atLeast: 0))])
    desk.makeReady("anna", "berta", "clara")
    #expect(desk.arrive("call").offers == ["call→clara"])
    #expect(desk.arrive("next").offers.isEmpty)
    let leftOut = desk.distributor.explanation(of: "next", at: desk.clock.now)?.leftOut
    #expect(leftOut?.map(\.obstacle) == [.skillMissing, .skillMissing, .ringing("call")])
  }

  @Test(arguments: [
    (SkillRequirement.all([]), ["anna", "berta", "clara"]), (.any([]), [] as [String]),
    (.all([.skill("german", atLeast: 3), .skill("billing", atLeast: 1)]), ["berta"]),
    (.any([.skill("german", atLeast: 9), .skill("billing", atLeast: 5)]), ["anna", "clara"]),
    (.all([.any([.skill("german", atLeast: 1)]), .skill("billing", atLeast: 0)]), ["berta", "clara"]),
  ])
  func `requirements are combined`(requirement: SkillRequirement, able: [String]) {
    var desk = office(
      [["german": 9], ["german": 3, "billing": 1], ["german": 1, "billing": 5]], steps: [SkillStep(requirement)],
      holds: true)
    desk.makeReady("anna", "berta", "clara")
    let offered = (0..<3).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers }
    #expect(offered == able.enumerated().map { "\($0)→\($1)" })
  }

  private static let falling = [
    SkillStep(.skill("german", atLeast: 5), lasts: .seconds(10)),
    SkillStep(.skill("german", atLeast: 3), lasts: .seconds(10)),
  ]

  @Test func `less is asked with time, and after the last step nothing`() {
    var desk = office([["german": 5], ["german": 3], [:]], steps: Self.falling)
    desk.logIn("anna")
    desk.makeReady("berta", "clara")
    let arrival = desk.arrive("call")
    #expect(arrival.offers.isEmpty && arrival.contains(.startTimer(.nextStep("call"), .seconds(10))))
    #expect(desk.pass(.seconds(10)).offers == ["call→berta"])
    desk.fail("call", "berta", .declined)
    desk.tell { $0.agentLoggedOut("berta", by: .agent, at: $1) }
    #expect(desk.pass(.seconds(9)).offers.isEmpty)
    let effects = desk.pass(.seconds(1))
    #expect(effects.offers == ["call→clara"])
    #expect(effects.decisions.map(\.outcome) == [.relaxed(step: nil), .offered(to: "clara")])
  }

  @Test func `steps go on while phones ring`() {
    var desk = office([["german": 5], ["german": 3], [:]], steps: Self.falling)
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.pass(.seconds(11))
    // Berta may take it now, and need not wait another ten seconds.
    #expect(desk.fail("call", "anna", .declined).offers == ["call→berta"])
  }

  @Test func `steps that nobody logged in could meet are skipped, at once, and when somebody goes`() {
    var desk = office([["german": 5], ["german": 3], [:]], steps: Self.falling)
    desk.makeReady("clara", "berta")
    desk.set("berta", .notReady(reason: "lunch"))
    // Nobody has level 5; Berta has 3, and is here, so that her step counts.
    #expect(desk.arrive("call").offers.isEmpty)
    let effects = desk.tell { $0.agentLoggedOut("berta", by: .agent, at: $1) }
    #expect(effects.offers == ["call→clara"])
    #expect(!desk.clock.pending.contains(.nextStep("call")))
  }

  @Test func `a step that was skipped is not gone back to`() {
    var desk = office([["german": 5], ["german": 3], [:]], steps: Self.falling)
    desk.logIn("clara")
    desk.arrive("call")
    desk.makeReady("anna")
    #expect(desk["anna"].contact == "call")
    desk.fail("call", "anna", .declined)
    #expect(desk.set("clara", .ready).offers == ["call→clara"])
  }

  @Test func `the last step holds where it is said to`() {
    var desk = office([["german": 5], ["german": 3], [:]], steps: Self.falling, holds: true)
    desk.makeReady("clara")
    desk.arrive("call")
    #expect(desk.pass(.seconds(60)).offers.isEmpty)
    #expect(!desk.clock.pending.contains(.nextStep("call")))
    desk.logIn("berta")
    #expect(desk.set("berta", .ready).offers == ["call→berta"])
  }

  @Test func `a contact that brings its own wishes is not asked those of the queue`() {
    var desk = office([["german": 5], [:], [:]], steps: Self.falling)
    desk.logIn("anna")
    desk.makeReady("berta")
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = []
    #expect(desk.arrive("call", arrival).offers == ["call→berta"])
  }

  @Test func `an older caller whom nobody free may serve does not keep a newer one waiting`() {
    var desk = office([["german": 5], [:], [:]], steps: Self.falling)
    desk.logIn("anna")
    desk.arrive("german")
    desk.pass(.seconds(1))
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = []
    desk.arrive("anyone", arrival)
    desk.logIn("berta")
    #expect(desk.set("berta", .ready).offers == ["anyone→berta"])
    #expect(desk.set("anna", .ready).offers == ["german→anna"])
  }
}
