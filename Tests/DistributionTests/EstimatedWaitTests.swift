import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `How long somebody will wait while less is asked with time` {
  private static let expert = SkillRequirement.skill("product", atLeast: 3)
  private static let atOnce = EstimatedWait.known(median: .zero, ninetieth: .zero)

  /// Agents of sales with this level in `product`, who are named `a0` and so on.
  private func office(_ levels: [Int?], steps: [SkillStep], holds: Bool = false) -> Desk {
    var queue = QueueSettings(id: "sales")
    queue.steps = steps
    queue.holdsLastStep = holds
    var settings = DistributionSettings(queues: [queue])
    for (number, level) in levels.enumerated() {
      var agent = AgentSettings(id: Self.name(number), memberships: ["sales": 1])
      agent.skills = level.map { ["product": $0] } ?? [:]
      settings.agents.append(agent)
    }
    return Desk(settings)
  }

  private static func name(_ number: Int) -> AgentID { AgentID(rawValue: "a\(number)") }

  /// She talks in a call that came for her alone.
  private func talk(_ agent: AgentID, _ desk: inout Desk) {
    desk.makeReady(agent)
    let call = ContactID(rawValue: "with \(agent)")
    desk.arrive(call, Arrival(for: .agent(agent)))
    desk.answer(call, agent)
  }

  private func joining(_ desk: Desk) -> EstimatedWait {
    desk.distributor.estimatedWait(in: "sales", at: desk.clock.now)
  }

  private func waiting(_ contact: ContactID, _ desk: Desk) -> EstimatedWait? {
    desk.distributor.estimatedWaits(at: desk.clock.now)[contact]
  }

  private func exactly(_ duration: Duration) -> EstimatedWait { .known(median: duration, ninetieth: duration) }

  @Test func `a step that nobody logged in meets takes no time, be it the first or a later one`() {
    let steps = [
      SkillStep(Self.expert, lasts: .seconds(30)), SkillStep(.skill("german", atLeast: 0), lasts: .seconds(10)),
      SkillStep(.skill("product", atLeast: 1), lasts: .seconds(40)),
    ]
    var desk = office([nil, 2, 3], steps: steps)
    desk.makeReady("a0")
    #expect(joining(desk) == Self.atOnce)
    // She is away, and meets it all the same.
    desk.logIn("a1")
    #expect(joining(desk) == exactly(.seconds(40)))
    desk.logIn("a2")
    #expect(joining(desk) == exactly(.seconds(70)))
    desk.tell { $0.agentLoggedOut("a2", by: .agent, at: $1) }
    #expect(joining(desk) == exactly(.seconds(40)))
    #expect(desk.arrive("call").offers.isEmpty)
    #expect(desk.pass(.seconds(40)).offers == ["call→a0"])
  }

  @Test func `the experts talk, and a novice is free: no longer than until she may`() {
    var desk = office([3, 3, nil], steps: [SkillStep(Self.expert, lasts: .seconds(10))])
    talk("a0", &desk)
    talk("a1", &desk)
    desk.makeReady("a2")
    #expect(joining(desk) == exactly(.seconds(10)))
    desk.arrive("one")
    desk.pass(.seconds(4))
    desk.arrive("two")
    #expect(waiting("one", desk) == exactly(.seconds(6)))
    guard case .known(let median, _)? = waiting("two", desk) else { return #expect(Bool(false), "nobody can say") }
    #expect(median > .seconds(10))
    #expect(desk.pass(.seconds(6)).offers == ["one→a2"])
    // Her phone rings for him: he waits no more.
    #expect(waiting("one", desk) == nil)
  }

  @Test func `who talks still, and may later, helps from then on`() {
    let step = SkillStep(Self.expert, lasts: .seconds(600))
    var desk = office([3] + Array(repeating: nil, count: 9), steps: [step])
    for number in 0..<10 { talk(Self.name(number), &desk) }
    guard case .known(let median, let ninetieth) = joining(desk) else { return #expect(Bool(false), "nobody can say") }
    // The expert alone until then: ln 2 × 300 s = 208 s. In ten minutes she takes all but e⁻² of them, and then ten do.
    #expect((204...212).contains(median.components.seconds))
    #expect((600...620).contains(ninetieth.components.seconds))
  }

  @Test func `a step for ever, and a last one that holds, leave out whoever does not meet them`() {
    var desk = office([3, nil], steps: [SkillStep(Self.expert), SkillStep(.all([]))])
    desk.logIn("a0")
    desk.makeReady("a1")
    #expect(joining(desk) == .unknown(.nobodyReady))
    desk = office([3, nil], steps: [SkillStep(Self.expert, lasts: .seconds(10))], holds: true)
    desk.makeReady("a1")
    #expect(joining(desk) == .unknown(.nobodyReady))
    desk.arrive("call")
    #expect(waiting("call", desk) == .unknown(.nobodyReady))
    desk = office([3, nil], steps: [], holds: true)
    desk.makeReady("a1")
    #expect(joining(desk) == Self.atOnce)
  }

  @Test func `of those who wait in one queue each is asked about his own steps`() {
    var desk = office([3, nil], steps: [SkillStep(Self.expert, lasts: .seconds(60))])
    talk("a0", &desk)
    desk.makeReady("a1")
    desk.arrive("one")
    desk.pass(.seconds(20))
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(Self.expert)]
    desk.arrive("two", arrival)
    #expect(waiting("one", desk) == exactly(.seconds(40)))
    // For the expert alone, and behind the other: gamma of shape 2 and mean 600 s.
    guard case .known(let two, _)? = waiting("two", desk) else { return #expect(Bool(false), "nobody can say") }
    #expect((490...515).contains(two.components.seconds))
    desk.pause("sales")
    #expect(desk.distributor.estimatedWaits(at: desk.clock.now).values.allSatisfy { $0 == .unknown(.queuePaused) })
    desk.pause("sales", false)
    for agent in ["a0", "a1"] as [AgentID] { desk.tell { $0.agentLoggedOut(agent, by: .agent, at: $1) } }
    // After her call she is.
    #expect(waiting("one", desk) == .unknown(.nobodyReady))
    desk.hangUp("with a0", "a0")
    desk.tell { $0.wrapUpFinished("a0", at: $1) }
    #expect(desk.distributor.estimatedWaits(at: desk.clock.now).values.allSatisfy { $0 == .unknown(.unstaffed) })
  }

  @Test func `whoever asks for less than who is before him has more who may take him`() {
    var desk = office([3, 1], steps: [SkillStep(Self.expert)])
    talk("a0", &desk)
    talk("a1", &desk)
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("product", atLeast: 1))]
    desk.arrive("one")
    desk.arrive("two", arrival)
    guard case .known(let one, _)? = waiting("one", desk), case .known(let two, _)? = waiting("two", desk) else {
      return #expect(Bool(false), "nobody can say")
    }
    // Nobody ahead and one expert: ln 2 × 300 s; one ahead, and two who may: gamma of shape 2 and mean 300 s.
    #expect((200...215).contains(one.components.seconds) && (245...258).contains(two.components.seconds))
  }

  @Test func `of two who ask for the same now each asks for less by his own steps`() {
    var desk = office([3, 2, 1, 1], steps: [SkillStep(Self.expert)])
    for agent in ["a0", "a1"] as [AgentID] { talk(agent, &desk) }
    desk.makeReady("a2", "a3")
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [
      SkillStep(Self.expert, lasts: .seconds(60)), SkillStep(.skill("product", atLeast: 2), lasts: .seconds(60)),
    ]
    desk.arrive("one")
    desk.arrive("two", arrival)
    #expect(waiting("two", desk) == exactly(.seconds(120)))
  }

  /// The rules themselves say when: whoever is busy stays so, and time passes.
  @Test(arguments: 0..<200 as Range<UInt64>) func `no longer than the rules take to offer him to somebody free`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    let steps = (0..<random.pick([0, 1, 2, 3])).map { _ in
      SkillStep(
        .skill("product", atLeast: random.pick([0, 1, 2, 3])), lasts: random.pick([.seconds(5), .seconds(30), nil]))
    }
    let levels = (0..<4).map { _ in random.pick([nil, 0, 1, 2, 3]) }
    var settings = office(levels, steps: steps, holds: random.chance(3)).distributor.currentSettings
    for index in settings.agents.indices {
      settings.agents[index].memberships["sales"]?.delay = random.pick([.zero, .zero, .seconds(10), .seconds(20)])
      settings.agents[index].memberships["sales"]?.isPaused = random.chance(8)
    }
    var desk = Desk(settings)
    var isAnybodyBusy = false
    for agent in settings.agents {
      switch random.next() % 4 {
      case 0: desk.logIn(agent.id)
      case 1:
        talk(agent.id, &desk)
        isAnybodyBusy = true
      case 2: desk.makeReady(agent.id)
      default: break
      }
    }
    let before = joining(desk)
    var offered = !desk.arrive("call").offers.isEmpty
    var course: [EstimatedWait?] = []
    while !offered, course.count < 200 {
      course.append(waiting("call", desk))
      offered = !desk.pass(.seconds(1)).offers.isEmpty
    }
    guard offered else {
      if !isAnybodyBusy, case .known = before { Issue.record("seed \(seed): \(before), and nobody takes him") }
      return
    }
    for (passed, estimate) in ([(0, before)] + course.enumerated().map { ($0.offset, $0.element) }) {
      let rest = Duration.seconds(course.count - passed)
      guard case .known(let median, let ninetieth)? = estimate else {
        Issue.record("seed \(seed): nobody can say after \(passed) s, and he is offered after \(course.count) s")
        continue
      }
      #expect(median <= rest && ninetieth <= rest, "seed \(seed): after \(passed) s")
      if !isAnybodyBusy { #expect(median == rest && ninetieth == rest, "seed \(seed): after \(passed) s") }
    }
  }
}
