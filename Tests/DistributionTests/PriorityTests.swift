import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Whose turn it is among those who wait` {
  private func office(aging: Int = 0, weights: [Int] = [0, 0]) -> Desk {
    var settings = DistributionSettings.small
    settings.aging = aging
    settings.agents = [AgentSettings(id: "anna", memberships: ["sales": 1, "support": 1])]
    for (index, weight) in weights.enumerated() { settings.queues[index].weight = weight }
    settings.queues[0].wrapUp = .zero
    settings.queues[1].wrapUp = .zero
    return Desk(settings)
  }

  @Test func `queues of one agent are fair: the oldest caller first, wherever he waits`() {
    var desk = office()
    for (number, queue) in (["support", "sales", "sales", "support"] as [QueueID]).enumerated() {
      desk.arrive(ContactID(rawValue: "\(number)"), queue)
      desk.pass(.seconds(1))
    }
    desk.makeReady("anna")
    for number in 0..<4 { desk.serve(ContactID(rawValue: "\(number)"), "anna") }
    #expect(desk.log.offers == ["0→anna", "1→anna", "2→anna", "3→anna"])
  }

  @Test func `the weight of a queue is added to the priority of its callers`() {
    var desk = office(weights: [0, 5])
    desk.arrive("old")
    desk.pass(.seconds(600))
    desk.arrive("weighty", "support")
    desk.arrive("urgent", priority: 6)
    desk.makeReady("anna")
    for contact in ["urgent", "weighty", "old"] as [ContactID] { desk.serve(contact, "anna") }
    #expect(desk.log.offers == ["urgent→anna", "weighty→anna", "old→anna"])
  }

  /// Δ = 10 points, 2 points a minute: whoever comes more than five minutes later comes after him, however important.
  @Test(arguments: [(299, "urgent→anna"), (300, "plain→anna"), (301, "plain→anna")])
  func `with aging nobody starves: the bound is the difference of points by the aging`(later: Int, first: String) {
    var desk = office(aging: 2)
    desk.arrive("plain")
    desk.pass(.seconds(later))
    desk.arrive("urgent", "support", priority: 10)
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == [first])
  }

  @Test func `under a load of urgent callers that never ends, a plain one is served within the bound`() {
    var desk = office(aging: 2)
    desk.makeReady("anna")
    desk.arrive("first", priority: 10)
    desk.arrive("plain")
    desk.arrive("urgent-0", priority: 10)
    desk.serve("first", "anna", for: .seconds(30))
    var waited = 30
    for number in 0..<100 where desk["anna"].contact != "plain" {
      desk.arrive(ContactID(rawValue: "urgent-\(number + 1)"), priority: 10)
      guard let contact = desk["anna"].contact else { break }
      desk.serve(contact, "anna", for: .seconds(30))
      waited += 30
    }
    #expect(desk["anna"].contact == "plain" && (270...360).contains(waited))
  }

  @Test func `two contacts do not change their order while they wait`() {
    var desk = office(aging: 3)
    for number in 0..<20 {
      desk.arrive(ContactID(rawValue: "\(number)"), priority: (number * 7) % 11)
      desk.pass(.seconds(number % 5))
    }
    let before = desk.distributor.queues[0].waiting
    desk.pass(.seconds(86_400))
    #expect(desk.distributor.queues[0].waiting == before)
  }

  @Test func `priorities beyond all bounds count as the greatest and the least, and nothing overflows`() {
    var desk = office(aging: .max, weights: [.max, .min])
    desk.arrive("a", priority: .min)
    desk.arrive("b", "support", priority: .max)
    desk.clock.advance(by: .seconds(10 * 365 * 86_400))
    desk.arrive("c", priority: .max)
    #expect(desk.distributor.queues[0].waiting.count == 2)
    desk.makeReady("anna")
    #expect(desk["anna"].activity == .reserved)
  }

  @Test func `a priority that is changed counts at once`() {
    var desk = office()
    desk.arrive("one")
    desk.arrive("two")
    desk.tell { $0.priorityChanged("two", to: 1, at: $1) }
    #expect(desk.distributor.queues[0].waiting == ["two", "one"])
    #expect(desk.tell { $0.priorityChanged("nobody", to: 1, at: $1) } == [])
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == ["two→anna"])
  }
}
