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
@Suite struct `Killed at any instant` {
  private static let rounds = getenv("TSUNAGI_SOAK") == nil ? 20 : 200
  /// So many daemons at a time, each killed one round after the other.
  private static let lanes = 4

  @Test(arguments: 0..<lanes) func `every recording plays, and at most its last second is missing`(lane: Int)
    async throws
  {
    var folder: String?
    var (files, judged, worst) = (0, 0, 0.0)
    for seed in stride(from: lane, to: Self.rounds, by: Self.lanes) {
      let round = try await Round(seed: UInt64(seed), folder: folder)
      try await round.run()
      let sides = try await round.judge()
      files += sides.files
      judged += sides.judged
      worst = max(worst, sides.missing)
      folder = round.office.daemon.folder
      await round.end()
    }
    // Many kills come when all have talked for more than a second.
    #expect(judged > 0, "of \(files) files")
    print("kill -9, lane \(lane): \(files) recordings, the most that is missing of one: \(Int(worst * 1000)) ms")
    let after = try await Office(folder: folder)
    let states = try await after.events.request("history.list", ["limit": .integer(200)]).elements
      .flatMap { $0["recordings"]?.elements ?? [] }.map { $0["state"]?.text }
    #expect(!states.isEmpty && states.allSatisfy { $0 == "interrupted" })
    await after.stop()
  }
}

/// One life of the daemon, with four calls, and its violent end.
private final class Round: Sendable {
  private static let calls = 4

  /// Who talks, with which tones: first, and from an instant on that is remembered.
  private struct Call: Sendable {
    let customer: RTPEndpoint
    let agent: RTPEndpoint
    let index: Int
    var contact: String?
    /// When both began with their second tone, and were about to.
    var changed: Int64?
    /// Of the customer, the agent; all of them 150 Hz apart or more.
    func tones(second: Bool) -> (Double, Double) {
      (400 + Double(index) * 300 + (second ? 150 : 0), 1900 + Double(index) * 300 + (second ? 150 : 0))
    }
  }

  let office: Office
  private let seed: UInt64
  private let calls: Mutex<[Call]>
  private let killedAt = Mutex<Int64>(0)

  init(seed: UInt64, folder: String?) async throws {
    self.seed = seed
    let more = ["c", "d"].map { name in
      """
      [[phones]]
      id = "ext-\(name)"
      trunk = "floor"
      number = "10\(name == "c" ? 3 : 4)0"
      [[agents]]
      id = "\(name)"
      queues = { support = 3 }

      """
    }.joined()
    office = try await Office(more, folder: folder)
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

  /// Sets the calls up, and kills the daemon at an instant that does not wait for that.
  func run() async throws {
    for (agent, phone) in [("anna", "ext-anna"), ("boris", "ext-boris"), ("c", "ext-c"), ("d", "ext-d")] {
      try await office.works(agent, at: phone)
    }
    var chance = SeededRandom(seed: seed)
    let (life, pause) = (Int.random(in: 200...3200, using: &chance), Int.random(in: 150...500, using: &chance))
    let calling = Task {
      do { try await self.call(changingAfter: pause) } catch {
        // Nobody answers any more, and so it has to be.
        if !Task.isCancelled { Issue.record("seed \(seed): \(error)") }
      }
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
    try await Task.sleep(for: .milliseconds(pause))
    for index in 0..<Self.calls {
      calls.withLock { calls in
        let (customer, agent) = calls[index].tones(second: true)
        calls[index].changed = monotonicNanoseconds()
        calls[index].customer.say(customer)
        calls[index].agent.say(agent)
      }
    }
  }

  /// How many files there were, of how many calls what was said last was looked for, and the most that one lacks in seconds.
  func judge() async throws -> (files: Int, judged: Int, missing: Double) {
    let lengths = try await lengthsElsewhere()
    let killed = killedAt.withLock { $0 }
    let started = office.events.notices.filter { $0.type == "recording.started" }
    var (judged, missing) = (0, 0.0)
    for (file, frames) in lengths {
      let sound = try #require(Self.sound(file), "seed \(seed): libsndfile refuses \(file)")
      let isBegun = frames.first != 0
      #expect(!isBegun || frames == [sound.channels[0].count, sound.channels[0].count], "seed \(seed): \(file)")
      guard let notice = started.first(where: { $0.data("path")?.text == file }) else { continue }
      let lived = Double(killed - notice.at) / 1e9
      missing = max(missing, lived - sound.seconds)
      #expect(sound.seconds > lived - 1, "seed \(seed): \(sound.seconds) of \(lived) s")
      guard let call = calls.withLock({ $0.first { $0.contact == notice.contact } }) else { continue }
      if judge(sound, of: call, killed: killed) { judged += 1 }
    }
    for notice in started { #expect(lengths[notice.data("path")?.text ?? ""] != nil, "seed \(seed): no file") }
    return (lengths.count, judged, missing)
  }

  /// Whether there was a change of tones that must be on it.
  private func judge(_ sound: Sound, of call: Call, killed: Int64) -> Bool {
    let (first, second) = (call.tones(second: false), call.tones(second: true))
    let sides = [(0, first.0, second.0), (1, first.1, second.1)]
    for (channel, one, other) in sides {
      for stranger in calls.withLock({ $0 }) where sound.seconds > 0.5 {
        let foreign = [stranger.tones(second: false), stranger.tones(second: true)].flatMap { [$0.0, $0.1] }
        for tone in foreign where tone != one && tone != other {
          #expect(sound.level(of: tone, channel: channel) < -40, "seed \(seed): \(tone) Hz in channel \(channel)")
        }
      }
    }
    guard let changed = call.changed else { return false }
    // Said since then, and not on the file: 50 ms are the step in which an onset is found, 20 ms a packet.
    let said = Double(killed - changed) / 1e9
    for (channel, one, other) in sides {
      let onset = sound.onset(of: other, channel: channel)
      let there = onset.map { sound.seconds - $0 } ?? 0
      #expect(said - there < 1 + 0.07, "seed \(seed): channel \(channel) has \(there) of \(said) s")
      guard let onset else { continue }
      let before = sound.onset(of: one, channel: channel)
      #expect(before.map { $0 < onset } == true, "seed \(seed): channel \(channel) lacks what was said first")
    }
    return said > 1.1
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
      lengths[String(words[1])] = [sox / 4, ffmpeg / 4]
    }
    return lengths
  }

  /// As libsndfile reads it.
  private static func sound(_ path: String) -> Sound? {
    var info = SF_INFO()
    guard let file = sf_open(path, Int32(SFM_READ), &info) else { return nil }
    defer { sf_close(file) }
    var samples = [Int16](repeating: 0, count: Int(info.frames) * Int(info.channels))
    guard info.channels == 2, sf_readf_short(file, &samples, info.frames) == info.frames else { return nil }
    let channels = (0..<2).map { side in stride(from: side, to: samples.count, by: 2).map { samples[$0] } }
    return Sound(rate: Int(info.samplerate), channels: channels)
  }

  func end() async {
    for call in calls.withLock({ $0 }) {
      call.customer.stop()
      call.agent.stop()
    }
    await office.stop()
  }
}
