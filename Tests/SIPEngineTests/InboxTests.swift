import CSIPBridge
import Glibc
import Telephony
import Testing
import Threads

@testable import SIPEngine

/// Events as the bridge lends them; their memory is overwritten when the callback has returned, so that a kept pointer
/// shows at once.
private struct Lender {
  let inbox: Inbox

  func tell(_ event: sip_event, binding: (phone: String, contact: String)? = nil, text: String? = nil) {
    var blocks: [(UnsafeMutablePointer<CChar>, Int)] = []
    func lend(_ text: String) -> UnsafePointer<CChar>? {
      guard let copy = strdup(text) else { return nil }
      blocks.append((copy, strlen(copy)))
      return UnsafePointer(copy)
    }
    var event = event
    var lent = sip_binding()
    if let binding {
      lent.phone = lend(binding.phone)
      lent.contact = lend(binding.contact)
      lent.source = lend("127.0.0.1:5060")
      lent.transport = SIP_UDP
      lent.call_id = lend("call")
      lent.user_agent = lend("agent")
    }
    event.text = text.flatMap(lend)
    withUnsafePointer(to: &lent) { pointer in
      if binding != nil { event.binding = pointer }
      withUnsafePointer(to: &event) { Inbox.callback($0, Unmanaged.passUnretained(inbox).toOpaque()) }
    }
    for (block, length) in blocks {
      memset(block, 0xAA, length)
      free(block)
    }
  }

  func leg(_ kind: sip_event_kind, _ leg: LegID, status: Int32 = 0) {
    var event = sip_event()
    event.kind = kind
    event.leg = leg.rawValue
    event.status = status
    event.by_peer = true
    tell(event)
  }
}

@Suite struct `What the stack says` {
  private let events: Mailbox<CallEvent>
  private let changes: AsyncStream<BindingChange>
  private let refusals: AsyncStream<Refusal>
  private let load: AsyncStream<LoadFigures>
  private let chores: AsyncStream<Inbox.Chore>
  private let inbox: Inbox
  private let stack: Lender

  init() {
    let events = Mailbox<CallEvent>()
    let (changes, toChanges) = AsyncStream.makeStream(of: BindingChange.self)
    let (refusals, toRefusals) = AsyncStream.makeStream(of: Refusal.self)
    let (load, toLoad) = AsyncStream.makeStream(of: LoadFigures.self)
    let (_, toLog) = AsyncStream.makeStream(of: StackLogLine.self)
    let (chores, toChores) = AsyncStream.makeStream(of: Inbox.Chore.self)
    self.events = events
    self.changes = changes
    self.refusals = refusals
    self.chores = chores
    self.load = load
    inbox = Inbox(
      events: events, changes: toChanges, refusals: toRefusals, load: toLoad, log: toLog, chores: toChores)
    stack = Lender(inbox: inbox)
  }

  private func collected<Elements: AsyncSequence>(_ stream: Elements) async -> [Elements.Element]
  where Elements.Failure == Never {
    inbox.finish()
    var all: [Elements.Element] = []
    for await element in stream { all.append(element) }
    return all
  }

  private func bound(_ contact: String) {
    var event = sip_event()
    event.kind = SIP_BOUND
    stack.tell(event, binding: ("anna", contact))
  }

  private func unbound(_ contact: String) {
    var event = sip_event()
    event.kind = SIP_UNBOUND
    stack.tell(event, binding: ("anna", contact))
  }

  @Test func `a phone is reachable from its first binding to its last, and each one is told`() async {
    bound("sip:a")
    bound("sip:a")
    bound("sip:b")
    unbound("sip:a")
    unbound("sip:a")
    unbound("sip:c")
    unbound("sip:b")
    bound("sip:a")
    #expect(
      await collected(events) == [
        .phoneReachable("anna"), .phoneRegistered("anna"), .phoneRegistered("anna"), .phoneUnreachable("anna"),
        .phoneReachable("anna"),
      ])
    let kept = await collected(changes).map { change in
      switch change {
      case .bound(let binding): "+\(binding.phone) \(binding.contact) \(binding.source)"
      case .unbound(let binding): "-\(binding.phone) \(binding.contact) \(binding.source)"
      }
    }
    #expect(kept.count == 8)
    #expect(kept.first == "+anna sip:a 127.0.0.1:5060")
    #expect(kept.last == "+anna sip:a 127.0.0.1:5060")
  }

  @Test(arguments: [
    ("192.0.2.1:5060 too many requests", "192.0.2.1", 5060, "too many requests"),
    ("[2001:db8::1]:5061 body too long", "2001:db8::1", 5061, "body too long"), ("", "", 0, ""),
  ])
  func `a refusal names the address as a firewall wants it`(text: String, address: String, port: Int, reason: String)
    async
  {
    var event = sip_event()
    event.kind = SIP_REFUSED
    stack.tell(event, text: text)
    #expect(
      await collected(refusals) == [Refusal(address: address, port: port, status: nil, reason: reason)])
  }

  @Test func `a leg that rings at two phones is one leg`() async {
    let leg = LegID.outgoing(5)
    let (first, second) = (LegID(rawValue: 3 << 62 | 1), LegID(rawValue: 3 << 62 | 2))
    inbox.fork(leg, into: [first, second])
    #expect(inbox.reach(leg) == .ringing([first, second]))
    stack.leg(SIP_PROGRESSED, first, status: 180)
    stack.leg(SIP_PROGRESSED, second, status: 180)
    stack.leg(SIP_ANSWERED, second)
    #expect(inbox.reach(leg) == .leg(second))
    stack.leg(SIP_HELD, first)
    stack.leg(SIP_HELD, second)
    stack.leg(SIP_ENDED, first, status: 487)
    stack.leg(SIP_ENDED, second, status: 200)
    stack.leg(SIP_ENDED, second, status: 200)
    #expect(
      await collected(events) == [
        .progressed(leg, status: 180), .answered(leg), .held(leg),
        .ended(leg, LegEnd(status: 200, byPeer: true, wasAnswered: false)),
        // A leg that is nobody's child any more speaks for itself: the bridge tells an end once.
        .ended(second, LegEnd(status: 200, byPeer: true, wasAnswered: false)),
      ])
    #expect(await collected(chores) == [.end(first, isAnsweredElsewhere: true), .connect(leg)])
  }

  @Test func `a phone that is not wanted any more is not dialled`() async {
    let leg = LegID.outgoing(5)
    let (first, second) = (LegID(rawValue: 3 << 62 | 1), LegID(rawValue: 3 << 62 | 2))
    inbox.fork(leg, into: [first, second])
    #expect(inbox.isWanted(second))
    stack.leg(SIP_ENDED, first, status: 603)
    #expect(!inbox.isWanted(second))
    inbox.notDialled(second)
    #expect(
      await collected(events) == [.ended(leg, LegEnd(status: 603, byPeer: true, wasAnswered: false))])
    #expect(inbox.reach(leg) == .leg(leg))
  }
}

@Suite struct `Numbers as a trunk wants them` {
  @Test(arguments: [
    ("+81312345678", "0312345678", "+81312345678"), ("+12125550100", "01012125550100", "+12125550100"),
    ("jp:110", "110", "110"), ("jp:#7119", "#7119", "#7119"), ("+81120123456", "0120123456", "+81120123456"),
  ])
  func `national or international`(canonical: String, national: String, international: String) {
    let number = PhoneNumber(canonical: canonical, display: "", kind: .other)
    #expect(SIPEngineSettings.NumberFormat.japan.written(number) == national)
    #expect(SIPEngineSettings.NumberFormat.e164.written(number) == international)
  }

  @Test func `of another country`() {
    let format = SIPEngineSettings.NumberFormat.national(internationalPrefix: "00")
    let home = PhoneNumber(canonical: "+4930901820", display: "", kind: .fixed, national: "030901820")
    let abroad = PhoneNumber(canonical: "+81312345678", display: "", kind: .international, national: "+81312345678")
    #expect(format.written(home) == "030901820")
    #expect(format.written(abroad) == "0081312345678")
    #expect(SIPEngineSettings.NumberFormat.e164.written(home) == "+4930901820")
  }
}

@Suite struct `The stack's own thread` {
  actor Counter {
    private nonisolated let thread = StackThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var seen: Set<UInt> = []
    private var count = 0
    func add() {
      assertIsolated()
      seen.insert(UInt(pthread_self()))
      count += 1
    }
    var result: (Int, Int) { (count, seen.count) }
  }

  @Test func `every job runs on one thread, and none is lost`() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<500 { group.addTask { await counter.add() } }
    }
    #expect(await counter.result == (500, 1))
  }

  @Test func `a thread goes with its actor, also when a job was the last to hold it`() async {
    weak var gone: Counter?
    do {
      let counter = Counter()
      gone = counter
      await counter.add()
    }
    while gone != nil { await Task.yield() }
    #expect(gone == nil)
  }
}
