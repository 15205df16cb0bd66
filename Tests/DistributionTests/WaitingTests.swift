import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Waiting` {
  var desk = Desk()

  @Test mutating func `a caller for a queue that does not exist is given up at once`() {
    #expect(desk.arrive("call", "nowhere") == [.giveUp("call", .notFound)])
  }

  @Test(arguments: ["anna", "nobody"] as [AgentID])
  func `a caller for an agent who is not logged in is given up at once`(agent: AgentID) {
    var desk = Desk()
    #expect(
      desk.tell { $0.contactArrived("call", for: .agent(agent), at: $1) } == [.giveUp("call", .unreachable)])
  }

  @Test mutating func `a caller who waits for an agent is given up when she logs out`() {
    desk.logIn("anna")
    #expect(
      desk.tell { $0.contactArrived("call", for: .agent("anna"), at: $1) }.withoutDecisions == [
        .startTimer(.longestWait("call"), .seconds(60))
      ])
    #expect(
      desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }.deeds == [.giveUp("call", .unreachable)])
    #expect(desk.leave("call") == [])
  }

  @Test mutating func `a direct call that rings is withdrawn and given up when she logs out`() {
    desk.makeReady("anna")
    desk.tell { $0.contactArrived("call", for: .agent("anna"), at: $1) }
    #expect(
      desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }.deeds == [
        .withdraw("call", from: "anna", .agentGone), .offerEnded("call", "anna", .agentGone),
        .giveUp("call", .unreachable),
      ])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `the same contact twice waits once`() {
    desk.arrive("call")
    #expect(desk.arrive("call", "support") == [])
    #expect(desk.distributor.queues.map(\.waiting) == [["call"], []])
    desk.makeReady("anna")
    desk.answer("call", "anna")
    #expect(desk.arrive("call") == [])
    #expect(desk.distributor.queues.map(\.waiting) == [[], []])
  }

  @Test func `the longest wait ends it, also while it rings, and the agent keeps her place`() {
    var settings = DistributionSettings.small
    settings.queues[0].longestWait = .seconds(30)
    var desk = Desk(settings)
    #expect(desk.arrive("lonely").withoutDecisions == [.startTimer(.longestWait("lonely"), .seconds(30))])
    #expect(desk.pass(.seconds(30)).withoutDecisions == [.giveUp("lonely", .waitedTooLong)])
    desk.arrive("call")
    desk.pass(.seconds(20))
    desk.makeReady("anna")
    let since = desk["anna"].readySince
    desk.ring("call", "anna")
    #expect(
      desk.pass(.seconds(9)).deeds == [
        .withdraw("call", from: "anna", .withdrawn), .offerEnded("call", "anna", .withdrawn),
        .giveUp("call", .waitedTooLong),
      ])
    #expect(desk["anna"].readySince == since)
    #expect(desk.clock.pending.isEmpty)
  }

  @Test func `an answer or a hang-up ends the longest wait`() {
    var settings = DistributionSettings.small
    settings.queues[0].longestWait = .seconds(30)
    var desk = Desk(settings)
    desk.arrive("one")
    desk.arrive("two")
    desk.makeReady("anna")
    desk.answer("one", "anna")
    desk.leave("two")
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `delays that were about a contact end with it`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.fail("call", "anna", .declined)
    #expect(desk.clock.pending == [.retry("anna")])
    desk.leave("call")
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `the longest wait in a queue is counted from when he joined it, wherever he waited before`() {
    var (first, next) = (QueueSettings(id: "sales"), QueueSettings(id: "support"))
    first.longestWait = .seconds(30)
    first.overflow.afterLongestWait = .queue("support")
    next.keepsPlace = .seconds(60)
    desk.tell { $0.queueSet(first, at: $1) + $0.queueSet(next, at: $1) }
    var arrival = Arrival(for: .queue("sales"))
    arrival.caller = "+8131"
    desk.arrive("call", arrival)
    desk.pass(.seconds(30))
    #expect(desk.distributor.queues[1].longestWaitingSince == desk.clock.now)
    desk.pass(.seconds(5))
    desk.arrive("newer", "support")
    desk.leave("call")
    desk.pass(.seconds(5))
    arrival.target = .queue("support")
    desk.arrive("again", arrival)
    #expect(desk.distributor.queues[1].waiting == ["again", "newer"])
    #expect(desk.distributor.queues[1].longestWaitingSince.map { desk.clock.now.since($0) } == .seconds(5))
  }

  @Test mutating func `a queue is seen in the order of service, with those who are being offered`() {
    desk.arrive("b")
    let first = desk.clock.now
    desk.pass(.seconds(1))
    desk.arrive("a")
    desk.arrive("urgent", priority: 1)
    desk.logIn("clara")
    desk.makeReady("anna")
    desk.makeReady("berta")
    desk.fail("b", "berta", .declined)
    let sales = desk.distributor.queues[0]
    #expect(sales.id == "sales")
    #expect(sales.waiting == ["urgent", "b", "a"])
    #expect(sales.ringing == 2)
    #expect(sales.longestWaitingSince == first)
    #expect(sales.agentsLoggedIn == 3)
    #expect(sales.agentsFree == 0)
    #expect(desk.distributor.queues[1].agentsLoggedIn == 2)
    desk.set("clara", .ready)
    #expect(desk.distributor.queues[1].agentsFree == 0)
    desk.leave("b")
    #expect(desk.distributor.queues[1].agentsFree == 1)
    #expect(desk.distributor.agents.map(\.id) == ["anna", "berta", "clara"])
  }
}
