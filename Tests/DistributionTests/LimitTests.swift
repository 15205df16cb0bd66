import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Joining, staying and going elsewhere` {
  /// Sales and support as in the small office, with rules for sales.
  private func office(_ change: (inout QueueSettings) -> Void) -> Desk {
    var settings = DistributionSettings.small
    change(&settings.queues[0])
    return Desk(settings)
  }

  @Test func `a full line takes nobody, and those being offered count`() {
    var desk = office { $0.longestLine = 2 }
    desk.makeReady("anna")
    desk.arrive("one")
    desk.arrive("two")
    #expect(desk.arrive("three").deeds == [.giveUp("three", .busy)])
    desk.answer("one", "anna")
    #expect(desk.arrive("four").deeds.isEmpty)
  }

  @Test func `whoever finds a full line goes where the queue says`() {
    var desk = office {
      $0.longestLine = 0
      $0.overflow.whenFull = .queue("support")
    }
    desk.makeReady("clara")
    #expect(
      desk.arrive("call").deeds == [
        .overflow("call", from: "sales", to: .queue("support"), .full), .offer("call", to: "clara", at: "phone-clara"),
      ])
    #expect(desk.distributor.queues.map(\.waiting) == [[], ["call"]])
  }

  @Test(arguments: [OverflowTarget.number("+81312345678"), .announcement("closed")])
  func `a number or an announcement is carried out by others, and the contact is not known here any more`(
    target: OverflowTarget
  ) {
    var desk = office {
      $0.longestWait = .seconds(30)
      $0.overflow.afterLongestWait = target
    }
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.set("anna", .notReady(reason: "lunch"))
    let effects = desk.pass(.seconds(30))
    #expect(effects.deeds == [.overflow("call", from: "sales", to: target, .waitedTooLong)])
    #expect(desk.leave("call") == [] && desk.clock.pending == [])
  }

  @Test func `why says where somebody went, and that he went nowhere where nobody could take him there`() {
    func went(_ desk: inout Desk) -> [Decision.Destination?] {
      desk.arrive("call")
      return desk.pass(.seconds(5)).decisions.map(\.destination)
    }
    for target in [.queue("support"), .agent("clara"), .number("+81312345678"), .announcement("x")] as [OverflowTarget]
    {
      var desk = office {
        $0.longestWait = .seconds(5)
        $0.overflow.afterLongestWait = target
      }
      var deserted = desk
      desk.makeReady("clara")
      #expect(went(&desk).first == .target(target))
      let isStaffed = if case .agent = target { false } else { true }
      #expect(went(&deserted).first == (isStaffed ? .target(target) : .end))
    }
    var desk = office { $0.longestLine = 0 }
    let decision = desk.arrive("call").decisions.first
    #expect(decision?.destination == .end)
    #expect(decision?.sentence(in: .english) == "The queue sales is as long as it may be; the call ends.")
    #expect(decision?.sentence(in: .japanese) == "salesのキューが満員です。通話を終了します。")
  }

  @Test func `whoever paused after a fault of ours does not go on pausing elsewhere`() {
    var desk = office {
      $0.longestWait = .seconds(3)
      $0.retryDelay = .seconds(60)
      $0.overflow.afterLongestWait = .queue("support")
    }
    desk.makeReady("anna", "clara")
    #expect(desk.arrive("call").offers == ["call→anna"])
    #expect(desk.fail("call", "anna", .systemFailure).offers.isEmpty)
    #expect(desk.pass(.seconds(3)).offers == ["call→clara"])
  }

  @Test func `phones stop ringing for a caller whose time is up, and nobody is to blame`() {
    var desk = office {
      $0.longestWait = .seconds(10)
      $0.overflow.afterLongestWait = .agent("clara")
    }
    desk.makeReady("clara", "anna")
    desk.set("clara", .notReady(reason: "lunch"))
    desk.arrive("call")
    desk.ring("call", "anna")
    #expect(
      desk.pass(.seconds(10)).deeds == [
        .withdraw("call", from: "anna", .withdrawn), .offerEnded("call", "anna", .withdrawn),
        .overflow("call", from: "sales", to: .agent("clara"), .waitedTooLong),
      ])
    #expect(desk["anna"].missedOffers == 0)
    #expect(desk.set("clara", .ready).offers == ["call→clara"])
  }

  @Test func `nobody goes in circles`() {
    var settings = DistributionSettings.small
    settings.queues[0].longestLine = 0
    settings.queues[0].overflow.whenFull = .queue("support")
    settings.queues[1].longestWait = .seconds(5)
    settings.queues[1].overflow.afterLongestWait = .queue("sales")
    var desk = Desk(settings)
    desk.arrive("call")
    #expect(desk.pass(.seconds(5)).deeds == [.giveUp("call", .waitedTooLong)])
    settings.queues[1].longestLine = 0
    settings.queues[1].overflow.whenFull = .queue("sales")
    desk = Desk(settings)
    #expect(
      desk.arrive("call").deeds == [
        .overflow("call", from: "sales", to: .queue("support"), .full), .giveUp("call", .busy),
      ])
  }

  @Test(arguments: [
    (Presence.loggedIn, [false, true, true, true, true]), (.ready, [false, false, true, true, true]),
    (.reachable, [false, false, false, true, true]), (.free, [false, false, false, false, true]),
  ])
  func `whom it takes to join`(needed: Presence, mayJoin: [Bool]) {
    var desk = office { $0.joinNeeds = needed }
    var found: [Bool] = []
    func tries() {
      var other = desk
      found.append(other.arrive("call").deeds != [.giveUp("call", .unreachable)])
    }
    tries()
    desk.logIn("anna")
    tries()
    desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) }
    desk.set("anna", .ready)
    tries()
    desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
    desk.arrive("before")
    if needed == .free { desk.answer("before", "anna") }
    tries()
    desk.answer("before", "anna")
    desk.hangUp("before", "anna")
    desk.tell { $0.wrapUpFinished("anna", at: $1) }
    tries()
    #expect(found == mayJoin)
  }

  @Test func `who helps after a while only is free for nobody who comes or waits`() {
    for isJoining in [true, false] {
      var settings = DistributionSettings.small
      if isJoining { settings.queues[0].joinNeeds = .free } else { settings.queues[0].stayNeeds = .free }
      settings.agents[0].memberships["sales"]?.delay = .seconds(5)
      var desk = Desk(settings)
      desk.makeReady("anna")
      #expect(desk.arrive("call").deeds == [.giveUp("call", .unreachable)])
      var anna = settings.agents[0]
      anna.memberships["sales"]?.delay = .zero
      desk.tell { $0.agentSet(anna, at: $1) }
      #expect(desk.arrive("next").offers == ["next→anna"])
    }
  }

  @Test func `they leave as soon as the last one goes for whom they may stay, but for whoever rings`() {
    var desk = office { $0.stayNeeds = .ready }
    desk.makeReady("anna", "berta")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.arrive("rings")
    desk.arrive("waits")
    desk.ring("rings", "anna")
    #expect(desk.tell { $0.agentLoggedOut("berta", by: .agent, at: $1) }.deeds.isEmpty)
    let effects = desk.set("anna", .notReady(reason: "lunch"), by: .system)
    #expect(effects.deeds.isEmpty)
    let missed = desk.pass(.seconds(20))
    #expect(
      missed.deeds.contains(.giveUp("rings", .unreachable)) && missed.deeds.contains(.giveUp("waits", .unreachable)))
  }

  @Test func `whoever is being offered stays, though nobody else is free`() {
    var desk = office { $0.stayNeeds = .free }
    desk.makeReady("anna")
    #expect(desk.arrive("rings").offers == ["rings→anna"])
    #expect(desk.arrive("waits").deeds == [.giveUp("waits", .unreachable)])
    #expect(desk.answer("rings", "anna").deeds == [.connect("rings", "anna")])
  }

  @Test func `somebody paused in the queue is nobody to stay for`() {
    var desk = office {
      $0.stayNeeds = .ready
      $0.overflow.whenNobody = .queue("support")
    }
    desk.makeReady("berta")
    desk.arrive("before")
    desk.arrive("call")
    #expect(
      desk.pause("berta", in: "sales").deeds == [
        .overflow("call", from: "sales", to: .queue("support"), .nobody)
      ])
    #expect(desk.distributor.queues.map(\.waiting) == [["before"], ["call"]])
  }
}

@Suite struct `The place of a caller whose line breaks` {
  var desk: Desk

  init() {
    var settings = DistributionSettings.small
    settings.queues[0].keepsPlace = .seconds(60)
    desk = Desk(settings)
    arrive("first", "+8131")
    desk.pass(.seconds(10))
    arrive("second", "+8132")
    desk.pass(.seconds(10))
  }

  @discardableResult
  private mutating func arrive(_ contact: ContactID, _ caller: CallerKey?) -> [Distributor.Effect] {
    var arrival = Arrival(for: .queue("sales"))
    arrival.caller = caller
    return desk.arrive(contact, arrival)
  }

  @Test mutating func `is kept for ten thousand callers at most`() {
    for number in 0..<10_001 {
      let contact = ContactID(rawValue: "c\(number)")
      arrive(contact, CallerKey(rawValue: "+81\(number)"))
      desk.leave(contact)
    }
    #expect(desk.clock.pending.count == 10_000)
  }

  @Test mutating func `is kept for his next call`() {
    desk.leave("first")
    desk.pass(.seconds(59))
    arrive("again", "+8131")
    #expect(desk.distributor.queues[0].waiting == ["again", "second"])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `is not used up by a call that a full or closed queue does not take`() {
    desk.leave("first")
    desk.arrive("third")
    for change in [{ $0.longestLine = 2 }, { $0.joinNeeds = .ready }] as [(inout QueueSettings) -> Void] {
      var queue = QueueSettings(id: "sales")
      queue.keepsPlace = .seconds(60)
      change(&queue)
      desk.tell { $0.queueSet(queue, at: $1) }
      let end: EndReason = queue.joinNeeds == nil ? .busy : .unreachable
      #expect(arrive("refused", "+8131").deeds == [.giveUp("refused", end)])
      desk.pass(.seconds(10))
    }
    var queue = QueueSettings(id: "sales")
    queue.keepsPlace = .seconds(60)
    desk.tell { $0.queueSet(queue, at: $1) }
    desk.pass(.seconds(39))
    arrive("again", "+8131")
    #expect(desk.distributor.queues[0].waiting == ["again", "second", "third"])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `is lost with its time, also by whoever was not let in`() {
    desk.leave("first")
    var queue = QueueSettings(id: "sales")
    queue.keepsPlace = .seconds(60)
    queue.longestLine = 1
    desk.tell { $0.queueSet(queue, at: $1) }
    desk.pass(.seconds(59))
    arrive("refused", "+8131")
    desk.pass(.seconds(1))
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `is found where he was sent on to, too`() {
    var (full, next) = (QueueSettings(id: "sales"), QueueSettings(id: "support"))
    full.longestLine = 2
    full.overflow.whenFull = .queue("support")
    next.keepsPlace = .seconds(60)
    desk.tell { $0.queueSet(full, at: $1) + $0.queueSet(next, at: $1) }
    arrive("third", "+8133")
    desk.pass(.seconds(10))
    arrive("fourth", "+8134")
    desk.leave("third")
    desk.pass(.seconds(10))
    arrive("anonymous", nil)
    arrive("again", "+8133")
    #expect(desk.distributor.queues[0].waiting == ["first", "second"])
    #expect(desk.distributor.queues[1].waiting == ["again", "fourth", "anonymous"])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `is kept for no longer than that`() {
    desk.leave("first")
    desk.pass(.seconds(60))
    arrive("again", "+8131")
    #expect(desk.distributor.queues[0].waiting == ["second", "again"])
  }

  @Test mutating func `is used once`() {
    desk.leave("first")
    arrive("again", "+8131")
    arrive("too", "+8131")
    #expect(desk.distributor.queues[0].waiting == ["again", "second", "too"])
  }

  @Test mutating func `is nobody else's, and never an anonymous caller's`() {
    desk.leave("first")
    arrive("anonymous", nil)
    desk.pass(.seconds(1))
    arrive("other", "+8139")
    #expect(desk.distributor.queues[0].waiting == ["second", "anonymous", "other"])
    desk.leave("anonymous")
    desk.pass(.seconds(1))
    arrive("withheld", nil)
    #expect(desk.distributor.queues[0].waiting == ["second", "other", "withheld"])
  }

  @Test mutating func `is not kept by whoever was served, or sent away`() {
    desk.makeReady("anna")
    desk.answer("first", "anna")
    desk.hangUp("first", "anna")
    desk.set("anna", .notReady(reason: "lunch"))
    arrive("again", "+8131")
    #expect(desk.distributor.queues[0].waiting == ["second", "again"])
  }
}
