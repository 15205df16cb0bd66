import CLoadGenerator
import Control
import LoopbackTesting

/// What is different about the calls.
struct Variant: Sendable {
  /// Behind `recorded` in the names of figures.
  var name = ""
  /// Phones speak Opus, callers G.711: everything is transcoded. Else all speak G.711.
  var phonesSpeakOpus = false
  /// One call in so many has a supervisor who listens; 0: none.
  var supervisorEvery = 0
  /// All audio is SRTP, as callers and phones and the daemon demand.
  var isSecure = false

  static let plain = Variant()
  static let supervised = Variant(name: "_supervised", supervisorEvery: 10)
  static let transcoded = Variant(name: "_transcoded", phonesSpeakOpus: true)
  static let secure = Variant(name: "_srtp", isSecure: true)

  /// The most calls that the legs which the daemon may have suffice for.
  var mostCalls: Int { supervisorEvery == 0 ? 1000 : 950 }

  /// The first of every so many calls has one.
  func supervisors(of calls: Int) -> Int {
    supervisorEvery == 0 ? 0 : (calls + supervisorEvery - 1) / supervisorEvery
  }
}

/// Callers and agents who talk, as many as is asked for.
final class Crowd {
  static let legs = 2048
  private static let perSecond = 100

  let office: Floor
  let peers: Load
  private let variant: Variant
  private let calls: Int
  private var started = 0
  private var running: [SIPp] = []
  /// By which keys the daemon's legs speak, as far as the peers know them: of callers, and of phones.
  private var keys: [[UInt16: SRTPKey]] = [[:], [:]]

  /// For `calls` of them at most.
  init(_ variant: Variant, calls: Int, recording: String) async throws {
    (self.variant, self.calls) = (variant, calls)
    peers = try Load(variant)
    office = try await Floor(
      agents: calls, recording: recording, audioPort: peers.port, legs: Self.legs,
      phonesSpeakOpus: variant.phonesSpeakOpus, key: variant.isSecure ? SRTPKey() : nil,
      supervisors: variant.supervisors(of: calls))
  }

  /// Contacts that talk, the oldest first.
  private var contacts: [String] {
    let notices = office.events.notices
    let ended = Set(notices.lazy.filter { $0.type == "contact.ended" }.compactMap(\.contact))
    return notices.lazy.filter { $0.type == "contact.connected" }.compactMap(\.contact).filter { !ended.contains($0) }
  }

  /// Supervisors who are with a contact.
  private var busy: Set<String> {
    var busy: Set<String> = []
    for notice in office.events.notices {
      guard let supervisor = notice.data("supervisor")?.text else { continue }
      if notice.type == "monitor.started" { busy.insert(supervisor) }
      if notice.type == "monitor.stopped" { busy.remove(supervisor) }
    }
    return busy
  }

  /// So many talk now, and are heard. False: it cannot be done.
  func becomes(_ count: Int) async throws -> Bool {
    let talking = contacts
    if talking.count < count {
      running.append(
        try office.callers(
          count - talking.count, perSecond: Self.perSecond, talk: nil, timeout: 900, from: 20_000_000 + started))
      started += count - talking.count
    }
    for contact in talking.dropFirst(count) {
      try await office.events.request("call.hangUp", ["contact": .string(contact)])
    }
    guard await isTrue({ self.contacts.count == count }) else { return false }
    try learnKeys()
    let wanted = variant.supervisors(of: count)
    try await supervise(wanted)
    let isUp = await isTrue({ self.peers.legs == 2 * count + wanted })
    if !isUp { say("media: \(contacts.count) of \(count) calls are up, with \(peers.legs) legs that sound") }
    // What the change has left to do is done.
    try await Task.sleep(for: .seconds(1.5))
    return isUp
  }

  /// Each stays with a contact, and goes with it.
  private func supervise(_ wanted: Int) async throws {
    guard wanted > 0 else { return }
    let (busy, contacts) = (busy, contacts)
    let free = office.supervisors.filter { !busy.contains($0) }
    for (supervisor, index) in zip(free, 0..<max(0, wanted - busy.count)) {
      let contact = contacts[(busy.count + index) * variant.supervisorEvery]
      try await office.events.request(
        "monitor.start",
        ["supervisor": .string(supervisor), "contact": .string(contact), "follow": .string("contact")])
    }
  }

  /// From what the daemon has written to callers and phones.
  private func learnKeys() throws {
    guard let says = office.key else { return }
    let told = [running.map(\.messages).joined(), office.phoneMessages].map(MessageLog.keys)
    for (side, told) in told.enumerated() {
      for (port, hears) in told where keys[side][port] != hears {
        try peers.secure(side, port, says: says, hears: hears)
        keys[side][port] = hears
      }
    }
  }

  private func isTrue(_ condition: @escaping () -> Bool) async -> Bool {
    (try? await fact("", within: .seconds(20)) { condition() ? true : nil }) != nil
  }

  /// What so many seconds are like.
  func during(_ seconds: Double) async throws -> (load_window, Cost) {
    let counter = counter_open(office.figures.pid)
    defer { if let counter { counter_close(counter) } }
    return try await peers.during(seconds) {
      Cost(processor: office.figures.processor, instructions: counter.map { Double(counter_read($0)) })
    }
  }

  func stop() async {
    for one in running { await one.stop() }
    await office.stop()
    await peers.stop()
  }
}
