import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Who the caller is becomes known later` {
  private var desk: Desk

  /// Berta talks, Anna is away: whoever comes waits.
  init() {
    var settings = DistributionSettings.small
    settings.queues[0].keepsPlace = .seconds(60)
    desk = Desk(settings)
    desk.makeReady("berta", "anna")
    desk.arrive("before")
    desk.answer("before", "berta")
    desk.set("anna", .notReady(reason: "lunch"))
  }

  @discardableResult
  private mutating func identify(
    _ contact: ContactID, as caller: CallerKey? = "c-1", wish: Wish? = nil, priority: Int = 0
  ) -> [Distributor.Effect] {
    desk.tell { $0.callerIdentified(contact, as: caller, wish: wish, priority: priority, at: $1) }
  }

  @Test mutating func `he is kept for the agent who knows him, for as long as if it had been known at once`() {
    desk.arrive("call")
    desk.pass(.seconds(5))
    identify("call", wish: Wish(for: "berta"))
    #expect(desk.set("anna", .ready).offers.isEmpty)
    #expect(desk.pass(.milliseconds(14_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→anna"])
    desk.serve("call", "anna")
    desk.set("anna", .notReady(reason: "lunch"))
    desk.arrive("late")
    desk.pass(.seconds(20))
    identify("late", wish: Wish(for: "berta"))
    #expect(desk.set("anna", .ready).offers == ["late→anna"])
  }

  @Test mutating func `for whom he was kept by his number is forgotten where his name says another, or nobody`() {
    desk.arrive("one", wishing: "berta")
    identify("one", wish: nil)
    #expect(desk.set("anna", .ready).offers == ["one→anna"])
    desk.serve("one", "anna")
    desk.set("anna", .notReady(reason: "lunch"))
    desk.arrive("two", wishing: "berta")
    // Away: not waited for.
    identify("two", wish: Wish(for: "anna"))
    #expect(desk.set("anna", .ready).offers == ["two→anna"])
  }

  @Test mutating func `a wish that goes on is not begun anew`() {
    desk.arrive("call", wishing: "berta")
    desk.pass(.seconds(15))
    identify("call", wish: Wish(for: "berta"))
    desk.set("anna", .ready)
    #expect(desk.pass(.seconds(5)).offers == ["call→anna"])
  }

  @Test mutating func `nothing changes about phones that ring, but his place for the next time`() {
    desk.set("anna", .ready)
    #expect(desk.arrive("call").offers == ["call→anna"])
    #expect(identify("call", wish: Wish(for: "berta"), priority: 9).deeds.isEmpty)
    #expect(!desk.clock.pending.contains(.wish("call")))
    desk.leave("call")
    #expect(desk.clock.pending.contains(.keptPlace(KeptPlace(queue: "sales", caller: "c-1"))))
  }

  @Test mutating func `whoever refused him is not waited for because she knows him`() {
    desk.set("anna", .ready)
    desk.arrive("call")
    desk.fail("call", "anna", .declined)
    identify("call", wish: Wish(for: "anna"))
    #expect(!desk.clock.pending.contains(.wish("call")))
    #expect(desk.pass(.seconds(5)).offers == ["call→anna"])
  }

  @Test mutating func `he counts for more, and goes before those who came earlier`() {
    desk.arrive("one")
    desk.pass(.seconds(5))
    desk.arrive("two")
    #expect(desk.distributor.queues[0].waiting == ["one", "two"])
    identify("two", priority: 10)
    #expect(desk.distributor.queues[0].waiting == ["two", "one"])
    #expect(desk.set("anna", .ready).offers == ["two→anna"])
  }

  @Test mutating func `a place that was kept for the customer is his on another telephone, once`() {
    desk.arrive("first")
    identify("first")
    desk.pass(.seconds(5))
    desk.arrive("other")
    desk.leave("first")
    desk.pass(.seconds(30))
    desk.arrive("again")
    #expect(desk.distributor.queues[0].waiting == ["other", "again"])
    identify("again")
    #expect(desk.distributor.queues[0].waiting == ["again", "other"])
    desk.pass(.seconds(1))
    desk.arrive("third")
    identify("third")
    #expect(desk.distributor.queues[0].waiting == ["again", "other", "third"])
    #expect(desk.clock.pending.isDisjoint(with: [.keptPlace(KeptPlace(queue: "sales", caller: "c-1"))]))
  }

  @Test mutating func `a number that turns out to be shared leaves no place`() {
    var arrival = Arrival(for: .queue("sales"))
    arrival.caller = "number"
    desk.arrive("call", arrival)
    identify("call", as: nil)
    desk.pass(.seconds(1))
    desk.leave("call")
    desk.arrive("other")
    desk.pass(.seconds(1))
    desk.arrive("again", arrival)
    #expect(desk.distributor.queues[0].waiting == ["other", "again"])
  }

  @Test mutating func `told of a contact that is not there, or talks, it does nothing`() {
    #expect(identify("nobody", wish: Wish(for: "berta"), priority: 3) == [])
    #expect(identify("before", wish: Wish(for: "berta"), priority: 3) == [])
  }
}

@Suite struct `Callers who are known` {
  private var now = ManualClock<Int>().now
  private func caller(_ number: String, _ kind: PhoneNumber.Kind = .fixed) -> Caller {
    Caller(number: PhoneNumber(canonical: number, display: number, kind: kind))
  }

  private func known(_ change: (inout KnownCallers.Settings) -> Void = { _ in }) -> KnownCallers {
    var settings = KnownCallers.Settings()
    change(&settings)
    return KnownCallers(settings: settings)
  }

  @Test func `by the number, and by the customer as soon as there is one`() {
    var known = known()
    let number = known.keys(of: caller("+8131"))
    known.talked(number, with: "anna", at: now)
    #expect(known.wish(of: number, for: .seconds(20), at: now) == Wish(for: "anna"))
    let customer = known.keys(of: caller("+8131"), customers: ["c-1"])
    #expect(customer.place == "customer:c-1" && number.place == "number:+8131")
    // Whom he talked with before he was in the directory counts as long as nothing newer is known.
    #expect(known.wish(of: customer, for: .seconds(20), at: now)?.agent == "anna")
    known.talked(customer, with: "boris", at: now)
    let other = known.keys(of: caller("+8190", .mobile), customers: ["c-1"])
    #expect(known.wish(of: other, for: .seconds(7), at: now) == Wish(for: "boris", limit: .seconds(7)))
    #expect(known.wish(of: number, for: .seconds(20), at: now)?.agent == "boris")
    #expect(known.wish(of: other, for: nil, at: now) == nil && known.wish(of: other, for: .zero, at: now) == nil)
    #expect(known.wish(of: other, for: .seconds(7), at: now.advanced(by: .seconds(30 * 86_400 + 1))) == nil)
  }

  @Test func `nobody behind a withheld, a company's, a shared or a doubtful number is taken for another`() {
    var known = known { $0.sharedNumbers = ["+81300"] }
    var callers: [Caller] = [
      Caller(), Caller(anonymity: .withheld), caller("+81120", .freeDial), caller("+81800", .free),
      caller("+81570", .navi), caller("+81300"),
    ]
    // As it must not be: a number that the caller withheld.
    callers.append(caller("+8133"))
    callers[6].anonymity = .withheld
    for caller in callers {
      let keys = known.keys(of: caller)
      #expect(keys.place == nil, "\(caller)")
      known.talked(keys, with: "anna", at: now)
      #expect(known.wish(of: keys, for: .seconds(20), at: now) == nil)
    }
    #expect(known.keys(of: caller("+8131"), customers: ["c-1", "c-2"]) == KnownCallers.Keys())
    // Whoever it is of the company that is the line's only customer.
    #expect(known.keys(of: caller("+81300"), customers: ["c-1"]) == KnownCallers.Keys())
  }

  @Test func `what he counts for is what his attribute says`() {
    let known = known {
      $0.priorityAttribute = "ランク"
      $0.priorities = ["金": 100, "銀": 50]
    }
    #expect(known.priority(of: [["ランク": "金"]]) == 100)
    #expect(known.priority(of: [["ランク": "銅"]]) == 0 && known.priority(of: [["rank": "金"]]) == 0)
    #expect(known.priority(of: [["ランク": "銀"], ["ランク": "金"], [:]]) == 100 && known.priority(of: []) == 0)
    #expect(self.known().priority(of: [["ランク": "金"]]) == 0)
  }
}
