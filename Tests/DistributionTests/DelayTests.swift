import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Who helps those only who have waited` {
  private var desk = Desk()

  /// Anna talks; Berta, on the same level, sees callers of sales after twenty seconds.
  init() { start() }

  private mutating func start(_ change: (inout DistributionSettings) -> Void = { _ in }) {
    var settings = DistributionSettings.small
    settings.agents[1].memberships["sales"]?.delay = .seconds(20)
    change(&settings)
    desk = Desk(settings)
    desk.makeReady("berta", "anna")
    desk.arrive("before")
  }

  @Test mutating func `is offered a caller when he has waited for so long, and not sooner`() {
    #expect(desk["anna"].contact == "before")
    desk.answer("before", "anna")
    let decision = desk.arrive("call").decisions.first
    #expect(decision?.outcome == .waits)
    #expect(decision?.leftOut.contains(.init(agent: "berta", obstacle: .delayed)) == true)
    #expect(desk.pass(.milliseconds(19_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→berta"])
    #expect(desk.clock.pending.isDisjoint(with: [.delay("call")]))
  }

  @Test mutating func `takes the oldest who has, when she becomes free later`() {
    desk.answer("before", "anna")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.arrive("one")
    desk.pass(.seconds(15))
    desk.arrive("two", priority: 5)
    desk.pass(.seconds(10))
    #expect(desk.set("berta", .ready).offers == ["one→berta"])
  }

  @Test mutating func `is offered at once whoever is kept for her, and nobody's place goes before his wait here`() {
    desk.answer("before", "anna")
    #expect(desk.arrive("known", wishing: "berta").offers == ["known→berta"])
    desk.leave("known")
    start { $0.queues[0].keepsPlace = .seconds(60) }
    desk.answer("before", "anna")
    var arrival = Arrival(for: .queue("sales"))
    arrival.caller = "+8131"
    desk.arrive("call", arrival)
    desk.pass(.seconds(15))
    desk.leave("call")
    desk.arrive("again", arrival)
    #expect(desk.pass(.seconds(19)).offers.isEmpty)
    #expect(desk.pass(.seconds(1)).offers == ["again→berta"])
  }

  @Test mutating func `changed while somebody waits, it holds for him at once`() {
    desk.answer("before", "anna")
    desk.arrive("call")
    desk.pass(.seconds(5))
    var berta = DistributionSettings.small.agents[1]
    berta.memberships["sales"]?.delay = .seconds(8)
    #expect(desk.tell { $0.agentSet(berta, at: $1) }.offers.isEmpty)
    #expect(desk.pass(.milliseconds(2_999)).offers.isEmpty)
    // The timer that was set anew.
    var other = desk
    #expect(other.pass(.milliseconds(1)).offers == ["call→berta"])
    berta.memberships["sales"]?.delay = .seconds(3)
    #expect(desk.tell { $0.agentSet(berta, at: $1) }.offers == ["call→berta"])
  }

  @Test mutating func `of several delays each has its own moment, and one that another has too sets no timer anew`() {
    start {
      $0.agents[1].memberships["sales"]?.delay = .seconds(10)
      $0.agents[2].memberships["sales"]?.delay = .seconds(20)
      $0.agents.append(AgentSettings(id: "dora", memberships: ["sales": 1]))
      $0.agents[3].memberships["sales"]?.delay = .seconds(20)
    }
    desk.answer("before", "anna")
    desk.makeReady("clara")
    for call in ["one", "two"] as [ContactID] { desk.arrive(call) }
    #expect(desk.pass(.milliseconds(9_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["one→berta"])
    desk.answer("one", "berta")
    var dora = AgentSettings(id: "dora", memberships: ["sales": 1])
    dora.memberships["sales"]?.delay = .seconds(10)
    #expect(desk.tell { $0.agentSet(dora, at: $1) } == [])
    #expect(desk.pass(.milliseconds(9_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["two→clara"])
  }

  @Test mutating func `rings beside those who ring already, where all do`() {
    start {
      $0.queues[0].strategy = .ringAll
      $0.queues[0].ringTime = .seconds(60)
    }
    desk.ring("before", "anna")
    #expect(desk["anna"].contact == "before" && desk["berta"].contact == nil)
    #expect(desk.pass(.seconds(20)).offers == ["before→berta"])
    #expect(desk["anna"].contact == "before")
  }

  @Test mutating func `counts for the estimate as soon as she may`() {
    desk.answer("before", "anna")
    // By her delay at the latest, for the first.
    #expect(
      desk.distributor.estimatedWait(in: "sales", at: desk.clock.now)
        == .known(median: .seconds(20), ninetieth: .seconds(20)))
    desk.arrive("call")
    desk.pass(.seconds(5))
    #expect(
      desk.distributor.estimatedWaits(at: desk.clock.now)["call"]
        == .known(median: .seconds(15), ninetieth: .seconds(15)))
    guard case .known(let median, _) = desk.distributor.estimatedWait(in: "sales", at: desk.clock.now) else {
      Issue.record("nobody can say")
      return
    }
    #expect(median > .seconds(20))
    // She may now, and a fault of ours keeps him from her for a moment.
    #expect(desk.pass(.seconds(15)).offers == ["call→berta"])
    desk.fail("call", "berta", .systemFailure)
    #expect(
      desk.distributor.estimatedWaits(at: desk.clock.now)["call"] == .known(median: .zero, ninetieth: .zero))
  }

  @Test mutating func `begins anew in the next queue`() {
    start {
      $0.queues[0].longestWait = .seconds(10)
      $0.queues[0].overflow.afterLongestWait = .queue("support")
      $0.agents[1].memberships["support"]?.delay = .seconds(5)
    }
    desk.answer("before", "anna")
    desk.arrive("call")
    #expect(desk.pass(.milliseconds(14_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→berta"])
  }
}
