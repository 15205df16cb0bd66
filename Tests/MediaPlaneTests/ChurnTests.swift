import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Thousands of random steps from several threads, while packets arrive: nothing is left over, nobody waits for ever, and
/// the links are those that were asked for.
///
/// 500 of each thread; with TSUNAGI_SOAK=1 a hundred times as many, after which the process has not grown, either: it is to
/// do nothing else meanwhile.
@Suite(.fewAtOnce, .serialized) struct ChurnTests {
  private static let isSoak = getenv("TSUNAGI_SOAK") != nil

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
    let steps = Self.isSoak ? 50000 : 500
    // Below those that the system gives out.
    let first = Int32(31760 + seed * 240)
    let ports = first...first + 239
    let sockets = try datagramSockets(ports).count
    let plane = try Plane(ports: ports)
    let peer = try Socket()
    let files = OwnProcess.files().count
    let announcement = "\(plane.folder)/announcement.wav"
    try #require(writeWAV((0..<800).map(tone(600)), to: announcement))
    var music: media_id = 0
    #expect(media_music_open(plane.pointer, announcement, &music, nil, 0) == Int32(MEDIA_OK))
    let shared = Guarded<[(leg: media_id, port: UInt16)]>([])
    let hands = (1...4).map {
      Hand(plane, peer: peer.port, music: music, announcement: announcement, shared: shared, seed: seed * 10 + $0)
    }
    try await churn(hands, steps: steps / 5, shared, peer)
    for hand in hands { hand.closeAll() }
    try await expectNothingLeft(of: plane, ports, sockets: sockets, files: files)
    let early = OwnProcess.residentKilobytes()
    try await churn(hands, steps: steps - steps / 5, shared, peer)
    let links = expectModel(plane, hands, music: music)
    try await expectPassed(plane, hands, links: links)
    for hand in hands { hand.closeAll() }
    try await expectNothingLeft(of: plane, ports, sockets: sockets, files: files)
    guard Self.isSoak else { return }
    let growth = OwnProcess.residentKilobytes() - early
    print("seed \(seed): \(growth) kB more after \(steps) steps of each thread than after \(steps / 5)")
    #expect(growth < Self.mostGrowth)
  }

  /// All hands at once, each on its thread, while packets come as from the peer of every leg.
  private func churn(
    _ hands: [Hand], steps: Int, _ shared: Guarded<[(leg: media_id, port: UInt16)]>, _ peer: Socket
  ) async throws {
    let running = Guarded(hands.count + 1)
    for hand in hands {
      inThread {
        for _ in 0..<steps { hand.step() }
        running.withLock { $0 -= 1 }
      }
    }
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
    try await eventually("all threads are through", within: .seconds(Self.isSoak ? 7200 : 240)) {
      running.withLock { $0 } == 0
    }
    for hand in hands { #expect(hand.surprises == []) }
  }

  /// `files`: how many descriptors this process had before, where nobody else opens any but what a process opens once.
  private func expectNothingLeft(
    of plane: Plane, _ ports: ClosedRange<Int32>, sockets: Int, files: Int
  ) async throws {
    let counts = plane.counts
    #expect(counts.legs == 0 && counts.recordings == 0 && counts.links == 0 && counts.rooms == 0)
    #expect(try datagramSockets(ports).count == sockets)
    // What a worker might still hold is given up soon after.
    let folder = plane.folder + "/"
    try await eventually("all descriptors are closed") {
      media_plane_tidy(plane.pointer)
      let left = OwnProcess.files()
      return !left.contains { $0.hasPrefix(folder) } && (!Self.isSoak || left.count < files + 8)
    }
  }

  /// In kilobytes: less than 100 bytes for each leg that was opened.
  private static let mostGrowth = 2048
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
