import CSndfile
import Control
import Glibc
import LoopbackTesting
import Synchronization
import TelephonyTesting
import Testing

/// `kill -9` while calls are set up, talk and are recorded, again and again on the same database: every recording opens in
/// sox, ffmpeg and libsndfile, is alike in all three, has of what was said all but the last second, each side in its
/// channel, and nothing of another call.
///
/// 20 times; 200 times with TSUNAGI_SOAK=1.
@Suite(.fewAtOnce) struct `Killed at any instant` {
  private static let rounds = getenv("TSUNAGI_SOAK") == nil ? 20 : 200
  /// So many daemons at a time, each killed one round after the other.
  private static let lanes = 4

  @Test func `every recording plays, and at most its last second is missing`() async throws {
    let found = try await withThrowingTaskGroup { group in
      for lane in 0..<Self.lanes { group.addTask { try await Self.kills(lane: lane) } }
      return try await group.reduce(into: Findings()) { $0.add($1) }
    }
    print("kill -9: \(found)")
    #expect(found.judged > 0 && found.whispers > 0, "\(found)")
  }

  private static func kills(lane: Int) async throws -> Findings {
    var folder: String?
    var found = Findings()
    for seed in stride(from: lane, to: rounds, by: lanes) {
      let round = try await Round(seed: UInt64(seed), folder: folder)
      try await round.run()
      found.add(try await round.judge())
      folder = round.office.daemon.folder
      await round.end()
    }
    let after = try await Office(folder: folder)
    let states = try await after.events.request("history.list", ["limit": .integer(200)]).elements
      .flatMap { $0["recordings"]?.elements ?? [] }.map { $0["state"]?.text }
    #expect(!states.isEmpty && states.allSatisfy { $0 == "interrupted" })
    await after.stop()
    return found
  }
}

/// What the recordings of some kills were like.
private struct Findings: CustomStringConvertible {
  var files = 0
  /// Recordings on which what was said last had to be, and those of them on which a supervisor is alone.
  var judged = 0
  var whispers = 0
  /// The most that is missing of one, in seconds.
  var missing = 0.0

  mutating func add(_ other: Findings) {
    files += other.files
    judged += other.judged
    whispers += other.whispers
    missing = max(missing, other.missing)
  }

  var description: String {
    "\(files) recordings, \(judged) of them judged by what was said last, \(whispers) of a supervisor alone; the most that is "
      + "missing of one: \(Int(missing * 1000)) ms"
  }
}

/// One life of the daemon, with eight calls, and its violent end: while they are set up, or once all talk; then a supervisor
/// may whisper to the agent of the first.
private final class Round: Sendable {
  private static let calls = 8

  /// Who talks, with which tones: first, and from an instant on that is remembered.
  private struct Call: Sendable {
    let customer: RTPEndpoint
    let agent: RTPEndpoint
    let index: Int
    var contact: String?

    /// Of the customer, the agent; all of them 90 Hz apart or more.
    func tones(second: Bool) -> (Double, Double) {
      (Round.tone(index + (second ? 2 * calls : 0)), Round.tone(index + calls + (second ? 2 * calls : 0)))
    }
  }

  private static func tone(_ number: Int) -> Double { 300 + Double(number) * 90 }
  /// The supervisor's.
  private static let (first, second) = (tone(4 * calls), tone(4 * calls + 1))

  /// All agents but the first two, and the supervisor.
  private static let others = (2..<calls).map { "agent-\($0)" } + ["supervisor"]

  let office: Office
  private let seed: UInt64
  private let calls: Mutex<[Call]>
  private let supervisor: RTPEndpoint
  /// Whether all talk before the end, and a supervisor whispers.
  private let talks: Bool
  private let whispers: Bool
  private let isTalking = Mutex(false)
  private let killedAt = Mutex<Int64>(0)

  init(seed: UInt64, folder: String?) async throws {
    self.seed = seed
    talks = seed % 2 == 1
    whispers = talks && seed / 4 % 2 == 0
    supervisor = try RTPEndpoint(address: "127.0.0.3", tone: Self.first)
    let more = Self.others.enumerated().map { index, name in
      """
      [[phones]]
      id = "ext-\(name)"
      trunk = "floor"
      number = "10\(index + 10)"
      [[agents]]
      id = "\(name)"
      queues = { support = 3 }

      """
    }.joined()
    office = try await Office(more + "[supervision]\nrecording = \"separate\"", folder: folder)
    calls = Mutex(
      try (0..<Self.calls).map { index in
        let call = Call(
          customer: try RTPEndpoint(address: "127.0.0.2", tone: 0),
          agent: try RTPEndpoint(address: "127.0.0.3", tone: 0),
          index: index)
        let (customer, agent) = call.tones(second: false)
        call.customer.say(customer)
        call.agent.say(agent)
        return call
      })
  }

  /// Sets the calls up, and kills the daemon at an instant that does not wait for that, or at one after it.
  func run() async throws {
    for agent in ["anna", "boris"] + Self.others.dropLast() { try await office.works(agent, at: "ext-\(agent)") }
    var chance = SeededRandom(seed: seed)
    let (life, pause) = (Int.random(in: 100...2800, using: &chance), Int.random(in: 150...500, using: &chance))
    let calling = Task {
      do { try await self.call(changingAfter: pause) } catch {
        // Nobody answers any more, and so it has to be.
        if !Task.isCancelled { Issue.record("seed \(seed): \(error)") }
      }
    }
    if talks {
      _ = try await fact("all talk", within: .seconds(60)) { isTalking.withLock { $0 } ? true : nil }
    }
    try await Task.sleep(for: .milliseconds(life))
    calling.cancel()
    killedAt.withLock { $0 = monotonicNanoseconds() }
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()
    await calling.value
  }

  private func call(changingAfter pause: Int) async throws {
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    for index in 0..<Self.calls {
      let (customer, agent) = calls.withLock { ($0[index].customer.port, $0[index].agent.port) }
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog("k\(index)", service: "8000", at: office.host, from: Office.caller)
      try await caller.call(&dialog, body: caller.sdp(customer))
      _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(agent))
      let contact = try await office.events.notice("contact.connected", from: mark).contact
      calls.withLock { $0[index].contact = contact }
    }
    // An endpoint speaks to the first that it has heard.
    for call in calls.withLock({ $0 }) {
      _ = try await fact("both have heard somebody") {
        call.customer.packets > 0 && call.agent.packets > 0 ? true : nil
      }
    }
    if whispers { try await whisper(on: phone) }
    try await Task.sleep(for: .milliseconds(pause))
    for call in calls.withLock({ $0 }) {
      let (customer, agent) = call.tones(second: true)
      call.customer.say(customer)
      call.agent.say(agent)
    }
    supervisor.say(Self.second)
    isTalking.withLock { $0 = true }
  }

  /// The supervisor joins the first call, and is heard by its agent alone.
  private func whisper(on phone: SIPSocket) async throws {
    let mark = office.events.mark
    try await office.events.request(
      "monitor.start",
      [
        "supervisor": .string("supervisor"), "agent": .string("anna"), "mode": .string("whisper"),
        "phone": .string("ext-supervisor"),
      ])
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(supervisor.port))
    try await office.events.notice("recording.started", from: mark)
    _ = try await fact("the supervisor has heard somebody") { supervisor.packets > 0 ? true : nil }
  }

  func judge() async throws -> Findings {
    let lengths = try await lengthsElsewhere()
    let killed = killedAt.withLock { $0 }
    let started = office.events.notices.filter { $0.type == "recording.started" }
    var found = Findings(files: lengths.count)
    for (file, frames) in lengths {
      let sound = try #require(Self.sound(file), "seed \(seed): libsndfile refuses \(file)")
      let isBegun = frames.first != 0
      #expect(!isBegun || frames == [sound.channels[0].count, sound.channels[0].count], "seed \(seed): \(file)")
      guard let notice = started.first(where: { $0.data("path")?.text == file }) else { continue }
      guard let call = calls.withLock({ $0.first { $0.contact == notice.contact } }) else { continue }
      let isOfSupervisor = Self.isOfSupervisor(file)
      let sides =
        isOfSupervisor
        ? [Side(speaker: supervisor, first: Self.first, second: Self.second)]
        : zip(
          [call.customer, call.agent], zip(Self.pair(call.tones(second: false)), Self.pair(call.tones(second: true)))
        )
        .map { Side(speaker: $0, first: $1.0, second: $1.1) }
      // By what was really sent since it was begun: this machine may have had other things to do.
      let lived = sides.map { $0.speaker.spoke(from: notice.at, until: killed) }.min() ?? 0
      found.missing = max(found.missing, lived - sound.seconds)
      #expect(sound.seconds > lived - 1, "seed \(seed): \(sound.seconds) of \(lived) s")
      guard judge(sound, sides, killed: killed) else { continue }
      found.judged += 1
      found.whispers += isOfSupervisor ? 1 : 0
    }
    for notice in started { #expect(lengths[notice.data("path")?.text ?? ""] != nil, "seed \(seed): no file") }
    return found
  }

  /// Who is alone in a channel, and with which tones.
  private struct Side {
    let speaker: RTPEndpoint
    let first: Double
    let second: Double
  }

  private static func pair(_ both: (Double, Double)) -> [Double] { [both.0, both.1] }
  private static func isOfSupervisor(_ file: String) -> Bool { file.hasSuffix("-supervisor.wav") }

  /// Whether there was a change of tones that must be on it.
  private func judge(_ sound: Sound, _ sides: [Side], killed: Int64) -> Bool {
    let all = (0..<4 * Self.calls + 2).map(Self.tone)
    var isJudged = false
    for (channel, side) in sides.enumerated() {
      for tone in all where tone != side.first && tone != side.second && sound.seconds > 0.5 {
        #expect(sound.level(of: tone, channel: channel) < -40, "seed \(seed): \(tone) Hz in channel \(channel)")
      }
      // Said, and not on the file: 50 ms are the step in which an onset is found, 20 ms a packet.
      let said = side.speaker.spoke(side.second, until: killed)
      let onset = sound.onset(of: side.second, channel: channel)
      let there = onset.map { sound.seconds - $0 } ?? 0
      #expect(said - there < 1 + 0.07, "seed \(seed): channel \(channel) has \(there) of \(said) s")
      if said > 1.1 { isJudged = true }
      guard let onset else { continue }
      let before = sound.onset(of: side.first, channel: channel)
      #expect(before.map { $0 < onset } == true, "seed \(seed): channel \(channel) lacks what was said first")
    }
    return isJudged
  }

  /// Frames of every recording of this round, as sox and as ffmpeg read them; nothing of a file that they read differently.
  private func lengthsElsewhere() async throws -> [String: [Int]] {
    let script = """
      for file in "$0"/*.wav; do
        [ -e "$file" ] && [ ! -e "$file.seen" ] || continue
        touch "$file.seen"
        # Where the header still speaks of nothing ffmpeg believes the file's length, sox the header.
        sox "$file" -t s16 "$1/sox.raw" && ffmpeg -nostdin -y -v error -i "$file" -f s16le "$1/ffmpeg.raw" &&
          { [ ! -s "$1/sox.raw" ] || cmp "$1/sox.raw" "$1/ffmpeg.raw"; } && echo "read $file $(stat -c %s "$1/sox.raw") $(stat -c %s "$1/ffmpeg.raw")" ||
          echo "not read: $file"
      done
      """
    let log = office.daemon.folder + "/tools-\(seed)"
    let tools = try ChildProcess(
      "bash", ["-c", script, office.daemon.recordings, office.daemon.folder], in: office.daemon.folder, log: log)
    try await tools.waitForExit(within: .seconds(60))
    var lengths: [String: [Int]] = [:]
    for line in tools.output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 4, words[0] == "read", let sox = Int(words[2]), let ffmpeg = Int(words[3]) else {
        Issue.record("seed \(seed): \(line)")
        continue
      }
      let frame = Self.isOfSupervisor(String(words[1])) ? 2 : 4
      lengths[String(words[1])] = [sox / frame, ffmpeg / frame]
    }
    return lengths
  }

  /// As libsndfile reads it.
  private static func sound(_ path: String) -> Sound? {
    var info = SF_INFO()
    guard let file = sf_open(path, Int32(SFM_READ), &info) else { return nil }
    defer { sf_close(file) }
    var samples = [Int16](repeating: 0, count: Int(info.frames) * Int(info.channels))
    let count = isOfSupervisor(path) ? 1 : 2
    guard info.channels == count, sf_readf_short(file, &samples, info.frames) == info.frames else { return nil }
    let channels = (0..<count).map { side in stride(from: side, to: samples.count, by: count).map { samples[$0] } }
    return Sound(rate: Int(info.samplerate), channels: channels)
  }

  func end() async {
    for call in calls.withLock({ $0 }) {
      call.customer.stop()
      call.agent.stop()
    }
    supervisor.stop()
    await office.stop()
  }
}
