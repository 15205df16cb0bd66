import Distribution
import Telephony

// Agents who take several contacts at a time.
extension Desk {
  /// Several contacts at a time: anna may have two, berta one; both sell, berta at a level of her own.
  static func office(
    anna: Int = 2, berta: Int = 1, level: Int = 1, _ change: (inout QueueSettings) -> Void = { _ in }
  ) -> Desk {
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales")])
    settings.queues[0].wrapUp = .zero
    settings.queues[0].missedOffersBeforeAway = 1
    change(&settings.queues[0])
    for (name, capacity, level) in [("anna", anna, 1), ("berta", berta, level)] as [(AgentID, Int, Int)] {
      var agent = AgentSettings(id: name, memberships: ["sales": Membership(level: level)])
      agent.capacity = capacity
      settings.agents.append(agent)
    }
    return Desk(settings)
  }

  /// Anna alone is here, and talks in `one`.
  static func talking(anna: Int = 2, _ change: (inout QueueSettings) -> Void = { _ in }) -> Desk {
    var desk = office(anna: anna, change)
    desk.makeReady("anna")
    desk.arrive("one")
    desk.answer("one", "anna")
    return desk
  }

  /// She has `one` and `two`.
  static func talkingTwice(anna: Int = 2, _ change: (inout QueueSettings) -> Void = { _ in }) -> Desk {
    var desk = talking(anna: anna, change)
    desk.arrive("two")
    desk.answer("two", "anna")
    return desk
  }
}
