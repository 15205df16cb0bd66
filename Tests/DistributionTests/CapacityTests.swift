import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Several contacts at a time` {
  // MARK: Who is offered another one

  @Test func `with a capacity of one nothing is offered beside a call`() {
    var desk = Desk.talking(anna: 1)
    #expect(desk.arrive("two").offers.isEmpty)
    #expect(desk.hangUp("one", "anna").offers == ["two→anna"])
  }

  @Test func `another one is offered while she talks, and a third waits for one of them to end`() {
    var desk = Desk.talking()
    #expect(desk.arrive("two").offers == ["two→anna"])
    #expect(desk["anna"].activity == .talking && desk["anna"].contact == "one" && desk["anna"].offered == "two")
    desk.ring("two", "anna")
    #expect(desk["anna"].activity == .talking)
    // Nothing else while her phone rings.
    #expect(desk.arrive("three").offers.isEmpty)
    #expect(desk.answer("two", "anna").offers.isEmpty)
    #expect(desk["anna"].contact == "two" && desk["anna"].contacts == ["one", "two"] && desk["anna"].offered == nil)
    #expect(desk.hangUp("one", "anna").offers == ["three→anna"])
  }

  @Test func `as many as she may have, each as soon as she has answered the one before`() {
    var desk = Desk.talkingTwice(anna: 3)
    desk.arrive("three")
    desk.arrive("four")
    #expect(desk.answer("three", "anna").offers.isEmpty)
    #expect(desk["anna"].contacts == ["one", "two", "three"])
  }

  @Test(arguments: QueueStrategy.allCases) func `whoever is free goes before her, whatever the strategy and her level`(
    strategy: QueueStrategy
  ) {
    var desk = Desk.office(level: 2) { $0.strategy = strategy }
    desk.makeReady("anna")
    desk.arrive("one")
    desk.answer("one", "anna")
    desk.makeReady("berta")
    let decision = desk.arrive("two").decisions.last
    #expect(desk["berta"].offered == "two" && desk["anna"].offered == nil)
    #expect(decision?.candidates.map(\.agent).first == "berta")
    desk.answer("two", "berta")
    #expect(desk.arrive("three").offers == ["three→anna"])
  }

  @Test func `of two who talk the one with fewer contacts goes first, then the strategy decides`() {
    var desk = Desk.office(anna: 3, berta: 3)
    desk.makeReady("anna", "berta")
    for (contact, agent) in [("one", "anna"), ("two", "berta"), ("three", "anna")] as [(ContactID, AgentID)] {
      #expect(desk.arrive(contact).offers == ["\(contact)→\(agent)"])
      desk.answer(contact, agent)
    }
    #expect(desk.arrive("four").offers == ["four→berta"])
    desk.answer("four", "berta")
    desk.hangUp("three", "anna")
    #expect(desk.arrive("five").offers == ["five→anna"])
  }

  @Test func `whichever of caller and room comes last, the pair is the same`() {
    var desk = Desk.office(anna: 2, berta: 2)
    desk.makeReady("anna", "berta")
    for contact in ["one", "two", "three", "four"] as [ContactID] {
      for offer in desk.arrive(contact).offers { desk.answer(contact, offer.hasSuffix("anna") ? "anna" : "berta") }
    }
    var (callerFirst, roomFirst) = (desk, desk)
    callerFirst.arrive("five")
    callerFirst.hangUp("two", "berta")
    roomFirst.hangUp("two", "berta")
    roomFirst.arrive("five")
    #expect(callerFirst["berta"].offered == "five")
    #expect(callerFirst.distributor.agents == roomFirst.distributor.agents)
  }

  @Test func `what is for her alone, or kept for her, is offered beside her call though others are free`() {
    var desk = Desk.talking()
    desk.makeReady("berta")
    #expect(desk.arrive("wish", wishing: "anna").offers == ["wish→anna"])
    desk.leave("wish")
    #expect(desk.tell { $0.contactArrived("direct", for: .agent("anna"), at: $1) }.offers == ["direct→anna"])
  }

  @Test func `all who are free ring before any who talks, and those who talk when nobody is free`() {
    var desk = Desk.office(anna: 2, berta: 2) { $0.strategy = .ringAll }
    desk.makeReady("anna")
    desk.arrive("one")
    desk.answer("one", "anna")
    desk.makeReady("berta")
    #expect(desk.arrive("two").offers == ["two→berta"])
    #expect(desk.distributor.explanation(of: "two", at: desk.clock.now)?.leftOut.first?.obstacle == .talking)
    desk.answer("two", "berta")
    #expect(desk.arrive("three").offers.sorted() == ["three→anna", "three→berta"])
    // The first answer has it, and the other one goes on talking.
    desk.answer("three", "berta")
    #expect(desk["anna"].activity == .talking && desk["anna"].contacts == ["one"] && desk["anna"].offered == nil)
  }

  @Test func `with one call less than before her phone rings too`() {
    var desk = Desk.office(anna: 3, berta: 2) { $0.strategy = .ringAll }
    desk.makeReady("anna")
    for contact in ["one", "two"] as [ContactID] {
      desk.arrive(contact)
      desk.answer(contact, "anna")
    }
    desk.makeReady("berta")
    desk.arrive("three")
    desk.answer("three", "berta")
    #expect(desk.arrive("four").offers == ["four→berta"])
    #expect(desk.hangUp("one", "anna").offers == ["four→anna"])
  }

  @Test func `beside what she dialled herself nothing is offered`() {
    var desk = Desk.office()
    desk.makeReady("anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    #expect(desk.arrive("one").offers.isEmpty)
    desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundTalking && desk["anna"].offered == nil)
    desk = Desk.talking()
    desk.tell { $0.dialingBegan("119", by: "anna", overrides: true, at: $1) }
    desk.tell { $0.dialingAnswered("119", by: "anna", at: $1) }
    #expect(desk.arrive("two").offers.isEmpty)
    #expect(desk.hangUp("119", "anna").offers.isEmpty)
  }

  @Test func `at another phone than the one she talks on nothing rings beside the call`() {
    var desk = Desk.talking()
    desk.logIn("anna", phone: "desk-2")
    #expect(desk["anna"].phone == "desk-2" && desk["anna"].activity == .talking)
    #expect(desk.arrive("two").offers.isEmpty)
    #expect(desk.hangUp("one", "anna").offers == ["two→anna"])
  }

  @Test func `who logs in again where she talks has room again`() {
    var desk = Desk.talking()
    desk.logIn("anna", phone: "desk-2")
    desk.arrive("two")
    #expect(desk.logIn("anna").offers == ["two→anna"])
  }

  @Test(arguments: [("phone-anna", ["two→anna"]), ("desk-2", [])] as [(PhoneID, [String])])
  func `beside a call that she took over another one rings at its phone only`(phone: PhoneID, offers: [String]) {
    var desk = Desk.office()
    desk.makeReady("berta")
    desk.arrive("one")
    desk.answer("one", "berta")
    desk.makeReady("anna")
    desk.tell { $0.supervisionBegan(by: "anna", at: $1) }
    desk.hangUp("one", "berta")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.tell { $0.contactTakenOver("one", of: "sales", by: "anna", on: phone, at: $1) }
    #expect(desk["anna"].contacts == ["one"])
    #expect(desk.arrive("two").offers == offers)
  }

  @Test func `who wants to go is offered nothing more, and goes when all is over`() {
    var desk = Desk.talkingTwice(anna: 3)
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk.arrive("three").offers.isEmpty)
    desk.hangUp("one", "anna")
    #expect(desk["anna"].status == .ready && desk["anna"].pendingStatus == .notReady(reason: "lunch"))
    desk.hangUp("two", "anna")
    #expect(desk["anna"].status == .notReady(reason: "lunch") && desk["anna"].activity == .idle)
    desk = Desk.talkingTwice(anna: 3)
    desk.arrive("three")
    // What rings is taken back, what she talks in goes on.
    #expect(desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }.ends == ["three→anna agentGone"])
    #expect(desk["anna"].contacts == ["one", "two"] && desk["anna"].pendingStatus == .loggedOut)
    #expect(desk.set("anna", .ready).offers.isEmpty)
    #expect(desk.pass(.seconds(5)).offers == ["three→anna"])
  }

  @Test func `a capacity that changes counts at once, and takes no call away`() {
    var desk = Desk.talking(anna: 1)
    desk.arrive("two")
    var anna = desk.distributor.currentSettings.agents[0]
    anna.capacity = 2
    let effects = desk.tell { [anna] in $0.agentSet(anna, at: $1) }
    #expect(effects.offers == ["two→anna"])
    #expect(desk.distributor.currentSettings.agents[0] == anna && desk.distributor.capacity(of: "anna") == 2)
    desk.answer("two", "anna")
    anna.capacity = 1
    let settings = desk.distributor.currentSettings
    desk.tell { [anna] in $0.settingsChanged(queues: settings.queues, agents: [anna, settings.agents[1]], at: $1) }
    desk.arrive("three")
    #expect(desk.hangUp("one", "anna").offers.isEmpty && desk["anna"].contacts == ["two"])
    #expect(desk.hangUp("two", "anna").offers == ["three→anna"])
  }

  @Test func `room counts as free, for who may join and for how long they wait`() {
    var desk = Desk.talking { $0.joinNeeds = .free }
    #expect(desk.distributor.queues[0].agentsFree == 1)
    #expect(
      desk.distributor.estimatedWait(in: "sales", at: desk.clock.now) == .known(median: .zero, ninetieth: .zero))
    #expect(desk.arrive("two").offers == ["two→anna"])
    #expect(desk.distributor.queues[0].agentsFree == 0)
    desk.answer("two", "anna")
    #expect(desk.arrive("three").contains(.giveUp("three", .unreachable)))
  }

  @Test(arguments: [[true, false], [false, true]]) func `two at once teach as long a wait as one after the other`(
    isFirstFirst: [Bool]
  ) {
    var inTurn = Desk.office(anna: 1)
    var atOnce = Desk.office(anna: 2)
    inTurn.makeReady("anna")
    atOnce.makeReady("anna")
    for pair in 0..<20 {
      let (first, second) = (ContactID(rawValue: "a\(pair)"), ContactID(rawValue: "b\(pair)"))
      for contact in [first, second] {
        inTurn.arrive(contact)
        inTurn.serve(contact, "anna", for: .seconds(200))
        atOnce.arrive(contact)
        atOnce.answer(contact, "anna")
      }
      for isFirst in isFirstFirst {
        atOnce.pass(.seconds(200))
        atOnce.hangUp(isFirst ? first : second, "anna")
      }
    }
    // With as many who talk, and one who waits.
    func estimate(_ desk: Desk, talking count: Int) -> EstimatedWait {
      var desk = desk
      for number in 0..<count {
        desk.arrive(ContactID(rawValue: "talks\(number)"))
        desk.answer(ContactID(rawValue: "talks\(number)"), "anna")
      }
      return desk.distributor.estimatedWait(in: "sales", at: desk.clock.now)
    }
    let (one, two) = (estimate(inTurn, talking: 1), estimate(atOnce, talking: 2))
    #expect(one == two)
    #expect(one != .known(median: .zero, ninetieth: .zero))
  }

  @Test func `a short call beside a long one teaches a shorter wait in its queue`() {
    var settings = DistributionSettings.small
    settings.agents[1].capacity = 2
    var desk = Desk(settings)
    desk.makeReady("berta")
    desk.arrive("long")
    desk.answer("long", "berta")
    desk.pass(.seconds(7_000))
    desk.arrive("short", "support")
    desk.answer("short", "berta")
    desk.pass(.seconds(20))
    desk.hangUp("short", "berta")
    desk.hangUp("long", "berta")
    desk.tell { $0.wrapUpFinished("berta", at: $1) }
    desk.arrive("one")
    desk.answer("one", "berta")
    desk.arrive("two")
    desk.answer("two", "berta")
    guard case .known(let sales, _) = desk.distributor.estimatedWait(in: "sales", at: desk.clock.now),
      case .known(let support, _) = desk.distributor.estimatedWait(in: "support", at: desk.clock.now)
    else {
      Issue.record("nobody knows")
      return
    }
    #expect(sales > support + .seconds(100))
  }

  /// Anna's share of what a call cost her shows in how long the next one waits, when both talk.
  private func waitWhenAllTalk(_ desk: Desk) -> EstimatedWait {
    var desk = desk
    desk.makeReady("anna", "berta")
    for contact in ["x", "y"] as [ContactID] {
      for offer in desk.arrive(contact).offers {
        desk.answer(contact, offer.hasSuffix("anna") ? "anna" : "berta")
      }
    }
    return desk.distributor.estimatedWait(in: "sales", at: desk.clock.now)
  }

  @Test func `a call that she dialled takes nothing from what the caller beside it cost`() {
    let waits = [false, true].map { dials in
      var desk = Desk.talking(anna: 1)
      if dials {
        desk.tell { $0.dialingBegan("119", by: "anna", overrides: true, at: $1) }
        desk.tell { $0.dialingAnswered("119", by: "anna", at: $1) }
      }
      desk.pass(.seconds(2_000))
      desk.hangUp("119", "anna")
      desk.hangUp("one", "anna")
      return waitWhenAllTalk(desk)
    }
    #expect(waits[0] == waits[1] && waits[0] != .known(median: .zero, ninetieth: .zero))
  }

  @Test func `a call that she took over costs what it took since then`() {
    let waits = [0, 2_000].map { seconds in
      var desk = Desk.office(anna: 1)
      desk.makeReady("berta")
      desk.arrive("one")
      desk.answer("one", "berta")
      desk.makeReady("anna")
      desk.tell { $0.supervisionBegan(by: "anna", at: $1) }
      desk.hangUp("one", "berta")
      desk.pass(.seconds(seconds))
      desk.tell { $0.contactTakenOver("one", of: "sales", by: "anna", on: "phone-anna", at: $1) }
      desk.pass(.seconds(10))
      desk.hangUp("one", "anna")
      return waitWhenAllTalk(desk)
    }
    #expect(waits[0] == waits[1] && waits[0] != .known(median: .zero, ninetieth: .zero))
  }

  // MARK: Why

  @Test func `the reason says beside how many calls, and why`() {
    var desk = Desk.office(anna: 2, berta: 2)
    desk.makeReady("anna", "berta")
    for (contact, agent) in [("one", "anna"), ("two", "berta")] as [(ContactID, AgentID)] {
      desk.arrive(contact)
      desk.answer(contact, agent)
    }
    let decision = desk.arrive("three").decisions.last
    #expect(decision?.candidates.map(\.contacts) == [1, 1])
    #expect(
      decision?.sentence(in: .english)
        == "After 0 s it was offered to anna beside one call, since nobody has fewer: the longest idle of 2 who could take it."
    )
    #expect(
      decision?.sentence(in: .japanese)
        == "0秒待ち、annaさん(1件対応中)を呼び出しました(より手の空いた人がおらず、対応できる2人のうち待機時間が最も長いため)。")
    desk = Desk.office(anna: 2, berta: 2) { $0.strategy = .ringAll }
    desk.makeReady("anna", "berta")
    for (contact, agent) in [("one", "anna"), ("two", "berta")] as [(ContactID, AgentID)] {
      desk.arrive(contact)
      desk.answer(contact, agent)
    }
    #expect(
      desk.arrive("three").decisions.last?.sentence(in: .english)
        == "After 0 s it rings all 2 agents of sales who can take it beside one call: anna, berta.")
  }
}
