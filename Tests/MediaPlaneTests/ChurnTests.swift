import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Thousands of random steps from several threads, while packets arrive: nothing is left over, nobody waits for ever, and
/// the links are those that were asked for.
@Suite(.fewAtOnce) struct ChurnTests {
  private struct Link: Hashable {
    let from: media_id
    let to: media_id
    let side: Int32
  }

  /// What one thread has, and does. Others link their own to its legs, never to be heard by them: so its own picture of who
  /// is heard by whom is whole, but for legs that others close.
  private final class Hand: @unchecked Sendable {
    // Unchecked: belongs to its thread while that runs, and to the test before and after.
    let plane: Plane
    let peer: UInt16
    let music: media_id
    let announcement: String
    let shared: Guarded<[(leg: media_id, port: UInt16)]>
    var chance: SeededRandom
    var legs: [media_id] = []
    var tapes: [media_id] = []
    var codings: [media_id: Coding] = [:]
    var disturbed: Set<media_id> = []
    var links: [Link: UInt32] = [:]
    var names = 0
    var surprises: [String] = []

    init(
      _ plane: Plane, peer: UInt16, music: media_id, announcement: String,
      shared: Guarded<[(leg: media_id, port: UInt16)]>, seed: UInt64
    ) {
      self.plane = plane
      self.peer = peer
      self.music = music
      self.announcement = announcement
      self.shared = shared
      chance = SeededRandom(seed: seed)
      names = Int(seed) * 1_000_000
    }

    func step() {
      switch chance.next() % 21 {
      case 0, 1: if legs.count < 12 { open() }
      case 2: if legs.count > 4 { close() }
      case 3, 4: withLeg { stream($0) }
      case 5: withLeg { pause($0) }
      case 6...11: link()
      case 12...15: unlink()
      case 16: record()
      case 17: withLeg { play($0) }
      case 18: withLeg { secure($0) }
      case 19: withLeg { _ = media_leg_press(plane.pointer, $0, 0x35) }
      default: withLeg { _ = plane.statistics($0) }
      }
    }

    private func withLeg(_ body: (media_id) -> Void) { if !legs.isEmpty { body(chance.pick(legs)) } }

    func open() {
      guard let (leg, port) = try? plane.openLeg() else { return surprises.append("no leg") }
      legs.append(leg)
      shared.withLock { $0.append((leg, port)) }
    }

    func close() {
      let leg = legs.remove(at: Int(chance.next() % UInt64(legs.count)))
      shared.withLock { $0.removeAll { $0.leg == leg } }
      codings[leg] = nil
      media_leg_close(plane.pointer, leg)
    }

    private func stream(_ leg: media_id) {
      let coding = chance.pick([Coding.pcmu, .pcmu, .pcma, .g722])
      var stream = media_stream()
      stream.codec = coding.kind
      stream.type_in = coding.type
      stream.type_out = coding.type
      stream.keys_in = chance.chance(2) ? 101 : UInt8(MEDIA_NO_TYPE)
      stream.keys_out = 101
      stream.sends = true
      stream.hears = true
      stream.rtp = sockaddr_in.loopback(port: peer).storage
      stream.rtcp = sockaddr_in.loopback(port: peer).storage
      codings[leg] = coding
      if media_leg_stream(plane.pointer, leg, &stream) != Int32(MEDIA_OK) { surprises.append("no stream") }
    }

    private func secure(_ leg: media_id) {
      var (heard, said) = (secure_key(), secure_key())
      heard.suite = secure_suite(UInt32(chance.next() % 4))
      heard.bytes.0 = UInt8(chance.next() % 3)
      said.suite = heard.suite
      let code =
        chance.chance(2)
        ? media_leg_secure(plane.pointer, leg, nil, nil) : media_leg_secure(plane.pointer, leg, &heard, &said)
      if code != Int32(MEDIA_OK) { surprises.append("no keys") }
    }

    private func pause(_ leg: media_id) {
      codings[leg] = nil
      media_leg_pause(plane.pointer, leg)
    }

    private func play(_ leg: media_id) {
      disturbed.insert(leg)
      if media_leg_play(plane.pointer, leg, announcement) != Int32(MEDIA_OK) { surprises.append("no sound") }
    }

    private func link() {
      guard let to = legs.randomElement(using: &chance),
        let from = shared.withLock({ $0.randomElement(using: &chance)?.leg })
      else { return }
      let gain: UInt32 = chance.pick([256, 256, 256, 0, 128])
      var link = Link(from: from, to: to, side: 0)
      switch chance.next() % 8 {
      case 0:
        link = Link(from: music, to: to, side: 0)
        disturbed.insert(to)
      case 1, 2:
        guard let tape = tapes.randomElement(using: &chance) else { return }
        link = Link(from: from, to: tape, side: Int32(chance.next() % 2))
      default: break
      }
      guard link.from != link.to else { return }
      switch plane.link(link.from, link.to, side: link.side, gain: gain) {
      case Int32(MEDIA_OK): links[link] = gain
      case Int32(MEDIA_GONE) where !legs.contains(link.from): break
      case let code: surprises.append("\(link): \(code)")
      }
    }

    private func unlink() {
      guard let link = links.keys.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }).randomElement(using: &chance)
      else { return }
      links[link] = nil
      plane.unlink(link.from, link.to, side: link.side)
    }

    private func record() {
      if tapes.count > 1 {
        media_recording_close(plane.pointer, tapes.removeFirst())
      } else if let tape = try? plane.record("churn-\(names).wav") {
        tapes.append(tape)
        names += 1
      } else {
        surprises.append("no recording")
      }
    }

    func closeAll() {
      while !legs.isEmpty { close() }
      while let tape = tapes.popLast() { media_recording_close(plane.pointer, tape) }
    }
  }

  private func expectModel(_ plane: Plane, _ hands: [Hand], music: media_id) -> [Link: UInt32] {
    let alive = Set(hands.flatMap(\.legs)).union([music])
    let links = hands.map { hand in
      hand.links.filter { alive.contains($0.key.from) && (hand.legs + hand.tapes).contains($0.key.to) }
    }.reduce(into: [:]) { $0.merge($1) { one, _ in one } }
    for hand in hands {
      for to in hand.legs + hand.tapes {
        for from in alive where from != to {
          for side in Int32(0)...(hand.tapes.contains(to) ? 1 : 0) {
            let expected = links[Link(from: from, to: to, side: side)].map(Int32.init) ?? -1
            #expect(media_gain(plane.pointer, from, to, side) == expected)
          }
        }
      }
    }
    #expect(plane.counts.legs == hands.map(\.legs.count).reduce(0, +))
    #expect(plane.counts.recordings == hands.map(\.tapes.count).reduce(0, +))
    return links
  }

  /// Who hears one voice alone, at full strength and in its own codec, hears it passed through. A change is complete a few
  /// ticks after it, or where a codec remembers what was loud once it is quiet: so that comes in time, not at once.
  private func expectPassed(_ plane: Plane, _ hands: [Hand], links: [Link: UInt32]) async throws {
    let codings = hands.map(\.codings).reduce(into: [:]) { $0.merge($1) { one, _ in one } }
    for hand in hands {
      for leg in hand.legs where !hand.disturbed.contains(leg) {
        let heard = links.filter { $0.key.to == leg && $0.value > 0 && codings[$0.key.from] != nil }
        let passes =
          codings[leg] != nil && heard.count == 1 && heard.first?.value == 256
          && heard.first.map { codings[$0.key.from] == codings[leg] } == true
        try await eventually("leg \(leg) hears \(passes ? "what is passed through" : "a mix")") {
          plane.statistics(leg).is_passed_through == passes
        }
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `Random steps leave nothing behind, and the links that were asked for`(
    seed: UInt64
  ) async throws {
    let isSoak = getenv("TSUNAGI_SOAK") != nil
    let steps = isSoak ? 50000 : 500
    // Below those that the system gives out.
    let first = Int32(31760 + seed * 240)
    let ports = first...first + 239
    let before = try datagramSockets(ports).count
    let plane = try Plane(ports: ports)
    let peer = try Socket()
    let announcement = "\(plane.folder)/announcement.wav"
    try #require(writeWAV((0..<800).map(tone(600)), to: announcement))
    var music: media_id = 0
    #expect(media_music_open(plane.pointer, announcement, &music, nil, 0) == Int32(MEDIA_OK))
    let shared = Guarded<[(leg: media_id, port: UInt16)]>([])
    let hands = (1...4).map {
      Hand(plane, peer: peer.port, music: music, announcement: announcement, shared: shared, seed: seed * 10 + $0)
    }
    let running = Guarded(hands.count + 1)
    for hand in hands {
      inThread {
        for _ in 0..<steps { hand.step() }
        running.withLock { $0 -= 1 }
      }
    }
    // Packets come all the while, as from the peer of every leg.
    inThread {
      var sequence: UInt16 = 0
      while running.withLock({ $0 }) > 1 {
        for (_, port) in shared.withLock({ $0 }) {
          sequence &+= 1
          let type = [UInt8(0), 8, 9, 13, 101][Int(sequence % 5)]
          let packet = Packet(
            type: type, sequence: sequence / 5, timestamp: UInt32(sequence / 5) * 160, ssrc: 7,
            payload: [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 160))
          peer.send(packet.bytes, to: port)
        }
        while peer.receive() != nil {}
        usleep(5000)
      }
      running.withLock { $0 -= 1 }
    }
    try await eventually("all threads are through", within: .seconds(isSoak ? 7200 : 240)) {
      running.withLock { $0 } == 0
    }
    for hand in hands { #expect(hand.surprises == []) }
    let links = expectModel(plane, hands, music: music)
    try await expectPassed(plane, hands, links: links)
    for hand in hands { hand.closeAll() }
    let counts = plane.counts
    #expect(counts.legs == 0 && counts.recordings == 0 && counts.links == 0 && counts.rooms == 0)
    // Sockets are closed once no worker can hold their legs any more, which the next change looks after.
    try await eventually("all sockets are closed") {
      _ = plane.counts
      return try datagramSockets(ports).count == before
    }
  }
}

/// Carries it out on a thread of its own.
func inThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  pthread_detach(thread)
}

/// A mono WAV file of 16 bit at 8000 Hz.
func writeWAV(_ samples: [Int16], to path: String) -> Bool {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var bytes = Array("RIFF".utf8) + little(36 + samples.count * 2, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
  bytes += little(1, 2) + little(1, 2) + little(8000, 4) + little(16000, 4) + little(2, 2) + little(16, 2)
  bytes += Array("data".utf8) + little(samples.count * 2, 4) + samples.flatMap { little(Int($0), 2) }
  guard let file = fopen(path, "w") else { return false }
  defer { fclose(file) }
  return fwrite(bytes, 1, bytes.count, file) == bytes.count
}
