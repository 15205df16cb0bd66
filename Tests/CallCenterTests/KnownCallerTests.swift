import Control
import Directory
import Distribution
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Callers who call again` {
  private var floor = Self.office()

  private static func office(change: (inout CallFlowSettings) -> Void = { _ in }) -> Floor {
    Floor { settings in
      settings.queues["support"]?.lastAgent = .seconds(20)
      settings.distribution.queues[0].keepsPlace = .seconds(60)
      for index in settings.distribution.agents.indices {
        settings.distribution.agents[index].memberships = ["support": 1]
      }
      settings.callers.priorityAttribute = "ランク"
      settings.callers.priorities = ["金": 100]
      change(&settings)
    }
  }

  private static let home = "0311112222"
  private static let mobile = "09033334444"
  private static let yamada = Customer(id: "c1", name: "山田 太郎")

  /// Boris has talked with Yamada; then he is free, and Anna has been for longer.
  private mutating func talksWithBoris(from number: String = home) {
    floor.works("boris", at: "desk-2")
    let caller = floor.call(from: number)
    floor.answers(floor.dialled[0])
    floor.works("anna", at: "desk-1")
    floor.passes(.seconds(5))
    floor.hangsUp(caller)
    floor.passes(.seconds(60))
  }

  /// Both of them talk with others.
  private mutating func bothTalk() -> (anna: LegID, boris: LegID) {
    let first = floor.call(from: "0355550001")
    floor.answers(floor.dialled[0])
    let second = floor.call(from: "0355550002")
    for leg in floor.dialled where floor.legs[leg] == false { floor.answers(leg) }
    return (first, second)
  }

  private var offered: [AgentID] { floor.calls.filter { $0.state == "ringing" }.flatMap(\.agents) }

  @Test mutating func `he comes to the agent with whom he talked last, and a stranger to the longest idle`() {
    talksWithBoris()
    let known = floor.call(from: Self.home)
    #expect(offered == ["boris"])
    floor.hangsUp(known)
    _ = floor.call(from: "0344445555")
    #expect(offered == ["anna"])
  }

  @Test mutating func `where the queue does not want it, she is nobody special`() {
    floor = Self.office { $0.queues["support"]?.lastAgent = nil }
    talksWithBoris()
    _ = floor.call(from: Self.home)
    #expect(offered == ["anna"])
  }

  @Test(arguments: [(home, "boris"), ("anonymous", "anna")] as [(String, AgentID)])
  func `where a queue sends him on, the one that takes him knows with whom he talked`(
    number: String, agent: AgentID
  ) {
    var tests = Self()
    tests.floor = Self.office { settings in
      settings.queues["support"]?.lastAgent = nil
      settings.queues["sales"]?.lastAgent = .seconds(20)
      settings.distribution.queues[0].joinNeeds = .ready
      settings.distribution.queues[0].overflow.whenNobody = .queue("sales")
      for index in settings.distribution.agents.indices {
        settings.distribution.agents[index].memberships = ["sales": 1]
      }
    }
    tests.talksWithBoris(from: number)
    _ = tests.floor.call(from: number)
    #expect(tests.offered == [agent])
  }

  @Test func `what former runs knew is asked for, also while no queue wants it`() {
    let floor = Self.office { $0.queues["support"]?.lastAgent = nil }
    let now = floor.clock.now
    #expect(floor.flow.remembersFrom(now) == now.wallMilliseconds - 30 * 86_400_000)
  }

  @Test mutating func `without a number, or with one that many share, nobody is taken for another`() {
    for number in ["anonymous", "0388880000"] {
      floor = Self.office { $0.callers.sharedNumbers = ["+81388880000"] }
      talksWithBoris(from: number)
      _ = floor.call(from: number)
      #expect(offered == ["anna"], "\(number)")
    }
  }

  @Test mutating func `by name he is known on another telephone, and waits for her though others are free`() throws {
    floor.customers = ["+81311112222": Self.yamada, "+819033334444": Self.yamada]
    talksWithBoris()
    let (anna, boris) = bothTalk()
    let caller = floor.call(from: Self.mobile)
    #expect(floor.calls.map(\.state).last == "waiting")
    floor.hangsUp(anna)
    floor.asks(.agentFinish("anna"))
    #expect(offered == [])
    floor.hangsUp(boris)
    floor.asks(.agentFinish("boris"))
    #expect(offered == ["boris"])
    floor.hangsUp(caller)
    // Not for ever.
    _ = bothTalk()
    _ = floor.call(from: Self.mobile)
    floor.hangsUp(try #require(floor.legs.keys.filter { !$0.isOutgoing }.sorted().dropLast(2).last))
    floor.asks(.agentFinish("anna"))
    floor.asks(.agentFinish("boris"))
    floor.passes(.seconds(20))
    #expect(!offered.isEmpty)
  }

  @Test
  mutating func `by name he comes to his last agent though another was free for longer, whose phone stays silent`()
    throws
  {
    floor.customers = ["+81311112222": Self.yamada, "+819033334444": Self.yamada]
    talksWithBoris()
    let mark = floor.mark
    let caller = floor.call(from: Self.mobile)
    #expect(offered == ["boris"])
    let rung = floor.notices(from: mark).filter { $0.body.type == "contact.offered" || $0.body.type == "popup" }
    #expect(rung.map(\.agent) == ["boris", "boris"] && floor.dialled.count == 1)
    #expect(floor.agent("anna")?.offers?.ended["kept_for_another"] == 1)
    #expect(floor.agent("anna")?.activity == "idle")
    floor.answers(floor.dialled[0])
    floor.hangsUp(caller)
    let record = try #require(floor.records.values.max { $0.id < $1.id })
    #expect(record.segments.map(\.endReason) == [.answered, .keptForAnother, .callerHungUp])
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `what the directory says too late changes nothing about a phone that rings`() {
    floor.customers = ["+81311112222": Self.yamada, "+819033334444": Self.yamada]
    talksWithBoris()
    floor.customers = nil
    _ = floor.call(from: Self.mobile)
    floor.passes(.milliseconds(150))
    #expect(offered == ["anna"])
    floor.customers = ["+819033334444": Self.yamada]
    floor.directoryAnswers()
    #expect(offered == ["anna"] && floor.dialled.count == 1)
  }

  @Test mutating func `whoever is cut off by command comes back as anybody else`() throws {
    for isCutOff in [false, true] {
      floor = Self.office()
      let caller = floor.call(from: Self.home)
      floor.passes(.seconds(10))
      _ = floor.call(from: "0355550001")
      if isCutOff {
        floor.asks(.callHangUp(try #require(floor.calls.first?.contact)))
      } else {
        floor.hangsUp(caller)
      }
      _ = floor.call(from: Self.home)
      let contact = floor.calls.last?.contact
      floor.works("anna", at: "desk-1")
      #expect(floor.calls.first { $0.contact == contact }?.state == (isCutOff ? "waiting" : "ringing"))
    }
  }

  @Test mutating func `a priority that was set by command stays, whatever the directory says later`() throws {
    var gold = Self.yamada
    gold.attributes = ["ランク": "金"]
    floor.customers = nil
    _ = floor.call(from: "0355550001")
    _ = floor.call(from: Self.home)
    let (first, second) = (try #require(floor.calls.first?.contact), try #require(floor.calls.last?.contact))
    floor.asks(.contactSetPriority(second, -5))
    floor.customers = ["+81311112222": gold]
    floor.directoryAnswers()
    floor.works("anna", at: "desk-1")
    #expect(floor.calls.first { $0.contact == first }?.agents == ["anna"])
  }

  @Test mutating func `a number that several customers have says nothing of any of them`() throws {
    talksWithBoris()
    let (anna, _) = bothTalk()
    floor.customers = nil
    _ = floor.call(from: Self.home)
    let contact = try #require(floor.calls.last?.contact)
    floor.replay(floor.flow.found(contact, [Self.yamada, Customer(id: "c2", name: "山田 花子")], at: floor.clock.now))
    floor.hangsUp(anna)
    floor.asks(.agentFinish("anna"))
    #expect(floor.calls.first { $0.contact == contact }?.agents == ["anna"])
  }

  @Test mutating func `the record says for certain who called only where it can have been nobody else`() throws {
    let numbers = [Self.home: true, "0388880000": false]
    for (number, isCertain) in numbers {
      floor = Self.office { $0.callers.sharedNumbers = ["+81388880000"] }
      floor.customers = ["+81311112222": Self.yamada, "+81388880000": Self.yamada]
      floor.hangsUp(floor.call(from: number))
      let record = try #require(floor.records.values.first)
      #expect(record.customer == "c1" && record.isCustomerCertain == isCertain, "\(number)")
    }
    floor = Self.office()
    floor.customers = nil
    let caller = floor.call(from: Self.home)
    let contact = try #require(floor.calls.last?.contact)
    floor.replay(floor.flow.found(contact, [Self.yamada, Customer(id: "c2", name: "山田 花子")], at: floor.clock.now))
    floor.hangsUp(caller)
    #expect(floor.records[contact]?.customer == "c1" && floor.records[contact]?.isCustomerCertain == false)
  }

  @Test mutating func `who counts for more goes before those who came earlier, as soon as he is known`() {
    var gold = Self.yamada
    gold.attributes = ["ランク": "金"]
    floor.customers = ["+81311112222": gold]
    let first = floor.call(from: "0355550001")
    let second = floor.call(from: Self.home)
    #expect(floor.calls.map(\.state) == ["waiting", "waiting"])
    floor.works("anna", at: "desk-1")
    floor.answers(floor.dialled[0])
    #expect(floor.links.contains(AudioLink(from: .leg(floor.dialled[0]), to: .leg(second))))
    #expect(floor.legs[first] == true)
  }

  @Test mutating func `whose line breaks comes back to where he was, and an anonymous caller does not`() {
    for (number, state) in [(Self.home, "ringing"), ("anonymous", "waiting")] {
      floor = Self.office()
      let caller = floor.call(from: number)
      floor.passes(.seconds(10))
      _ = floor.call(from: "0355550001")
      floor.hangsUp(caller)
      floor.passes(.seconds(30))
      _ = floor.call(from: number)
      let contact = floor.calls.last?.contact
      floor.works("anna", at: "desk-1")
      #expect(floor.calls.first { $0.contact == contact }?.state == state)
    }
  }

  @Test mutating func `a place is kept for the customer, whatever telephone he calls from next`() {
    floor.customers = ["+81311112222": Self.yamada, "+819033334444": Self.yamada]
    let caller = floor.call(from: Self.home)
    floor.passes(.seconds(1))
    _ = floor.call(from: "0355550001")
    floor.passes(.seconds(1))
    floor.hangsUp(caller)
    _ = floor.call(from: Self.mobile)
    let contact = floor.calls.last?.contact
    floor.works("anna", at: "desk-1")
    #expect(floor.calls.first { $0.contact == contact }?.agents == ["anna"])
  }

  @Test mutating func `whom an agent called back is hers too, and an attempt that failed is no talk`() throws {
    floor.works("boris", at: "desk-2")
    floor.asks(.callDial("boris", to: Self.home))
    floor.answers(floor.dialled[0])
    floor.refuses(try #require(floor.dialled.last), 486)
    floor.works("anna", at: "desk-1")
    floor.passes(.seconds(60))
    floor.asks(.agentSetStatus("boris", .away(reason: "lunch")))
    floor.asks(.agentSetStatus("boris", .ready))
    let caller = floor.call(from: Self.home)
    #expect(offered == ["anna"])
    floor.hangsUp(caller)
    floor.asks(.callDial("boris", to: Self.home))
    floor.answers(floor.dialled[0])
    let number = try #require(floor.dialled.last)
    floor.answers(number)
    floor.hangsUp(number)
    floor.passes(.seconds(60))
    _ = floor.call(from: Self.home)
    #expect(offered == ["boris"])
  }

  @Test mutating func `a later run remembers what the history tells, as long as the window reaches`() {
    for (age, agent) in [(29, "boris"), (31, "anna")] as [(Int64, AgentID)] {
      floor = Self.office()
      let now = floor.clock.now
      let caller = Caller(number: PhoneNumber(canonical: "+81311112222", display: "", kind: .fixed))
      floor.flow.remember(
        [
          PastConversation(
            caller: caller, customer: nil, agent: "chieko", endedAt: now.wallMilliseconds - 40 * 86_400_000),
          PastConversation(
            caller: caller, customer: "c1", agent: "boris", endedAt: now.wallMilliseconds - age * 86_400_000),
        ], at: now)
      floor.works("anna", at: "desk-1")
      floor.works("boris", at: "desk-2")
      _ = floor.call(from: Self.home)
      #expect(offered == [agent], "\(age) days")
    }
    // A clock that was set back makes nobody come from the future.
    let later = PastConversation(
      caller: Caller(number: PhoneNumber(canonical: "+81377770000", display: "", kind: .fixed)), customer: nil,
      agent: "boris", endedAt: floor.clock.now.wallMilliseconds + 3_600_000)
    floor.flow.remember([later], at: floor.clock.now)
  }
}
