import CMediaPlane
import CSRTPPeer
import TelephonyTesting
import Testing

@Suite struct `SRTP` {
  /// One suite, by the lengths that tell it.
  struct Suite: Sendable, CaseIterable, CustomTestStringConvertible {
    let suite: secure_suite
    let name: String
    let key: Int
    let tag: Int
    var testDescription: String { name }

    static let allCases = [
      Suite(suite: SECURE_AES_CM_128_HMAC_SHA1_80, name: "AES_CM_128_HMAC_SHA1_80", key: 30, tag: 10),
      Suite(suite: SECURE_AES_CM_128_HMAC_SHA1_32, name: "AES_CM_128_HMAC_SHA1_32", key: 30, tag: 4),
      Suite(suite: SECURE_AES_256_CM_HMAC_SHA1_80, name: "AES_256_CM_HMAC_SHA1_80", key: 46, tag: 10),
      Suite(suite: SECURE_AES_256_CM_HMAC_SHA1_32, name: "AES_256_CM_HMAC_SHA1_32", key: 46, tag: 4),
    ]
  }

  /// A context of ours; closed when nobody keeps it.
  final class Ours {
    let context: OpaquePointer

    init(_ bytes: [UInt8], _ suite: Suite = Suite.allCases[0]) throws {
      var key = secure_key()
      key.suite = suite.suite
      withUnsafeMutableBytes(of: &key.bytes) { $0.copyBytes(from: bytes) }
      context = try #require(secure_open(&key))
    }

    deinit { secure_close(context) }

    private func change(
      _ bytes: [UInt8], _ transform: (OpaquePointer?, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>) -> Bool
    ) -> [UInt8]? {
      // Room for the tail and no more: a sanitizer sees what goes beyond.
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + Int(SECURE_LONGEST_TAIL))
      defer { memory.deallocate() }
      memory.initialize(from: bytes, count: bytes.count)
      var count = bytes.count
      return transform(context, memory, &count) ? Array(UnsafeBufferPointer(start: memory, count: count)) : nil
    }

    func protect(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, secure_protect) }
    func protectReport(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, secure_protect_report) }

    /// What it is, and what the bytes are then.
    func unprotect(_ bytes: [UInt8], isReport: Bool = false) -> (verdict: secure_verdict, bytes: [UInt8]) {
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
      defer { memory.deallocate() }
      memory.initialize(from: bytes, count: bytes.count)
      var count = bytes.count
      let verdict = (isReport ? secure_unprotect_report : secure_unprotect)(context, memory, &count)
      return (verdict, Array(UnsafeBufferPointer(start: memory, count: count)))
    }
  }

  /// The same by libsrtp.
  final class Theirs {
    private let peer: OpaquePointer

    init(_ key: [UInt8], _ suite: Suite = Suite.allCases[0], isSender: Bool) throws {
      peer = try #require(srtp_peer_open(key, suite.key, suite.tag, isSender))
    }

    deinit { srtp_peer_close(peer) }

    private func change(
      _ bytes: [UInt8], _ transform: (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?) -> Int32
    ) -> [UInt8]? {
      var memory = bytes + [UInt8](repeating: 0, count: 64)
      var count = bytes.count
      return transform(peer, &memory, &count) == 0 ? Array(memory.prefix(count)) : nil
    }

    func protect(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, srtp_peer_protect) }
    func unprotect(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, srtp_peer_unprotect) }
    func protectReport(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, srtp_peer_protect_report) }
    func unprotectReport(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, srtp_peer_unprotect_report) }
  }

  private static func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " && $0 != "\n" }.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// The key and packets that libsrtp proves itself by.
  private static let key = hex("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6")
  private static let plain = hex("800f1234decafbadcafebabe abababababababababababababababab")
  private static let enciphered =
    hex("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb")
  private static let report = hex("81c8000bcafebabe abababababababababababababababab")
  private static let reportEnciphered =
    hex("81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798")

  private static func key(_ suite: Suite, seed: UInt64) -> [UInt8] {
    var chance = SeededRandom(seed: seed)
    return (0..<suite.key).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
  }

  /// A packet with contributors, an extension and a payload, each at random.
  private func packet(
    _ sequence: UInt16, ssrc: UInt32 = 0xCAFE_BABE, _ chance: inout SeededRandom
  ) -> [UInt8] {
    let contributors = UInt8(chance.next() % 4)
    let words = chance.chance(2) ? UInt8(chance.next() % 3) : nil
    func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) } }
    var bytes: [UInt8] = [0x80 | (words == nil ? 0 : 0x10) | contributors, 0, UInt8(sequence >> 8)]
    bytes += [UInt8(sequence & 0xFF)] + noise(4) + (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) }
    bytes += noise(4 * Int(contributors))
    if let words { bytes += [0xBE, 0xDE, 0, words] + noise(4 * Int(words)) }
    return bytes + noise(Int(chance.next() % 200))
  }

  @Test func `the known packet becomes what is known of it, and back`() throws {
    #expect(try Ours(Self.key).protect(Self.plain) == Self.enciphered)
    let (verdict, bytes) = try Ours(Self.key).unprotect(Self.enciphered)
    #expect(verdict == SECURE_GENUINE && bytes == Self.plain)
    let (verdictOfReport, reportBytes) = try Ours(Self.key).unprotect(Self.reportEnciphered, isReport: true)
    #expect(verdictOfReport == SECURE_GENUINE && reportBytes == Self.report)
  }

  @Test(arguments: Suite.allCases) func `names are those of SDP, and lengths those of the suite`(suite: Suite) {
    #expect(secure_suite_named(suite.name, suite.name.utf8.count) == suite.suite)
    #expect(secure_suite_named(suite.name.lowercased(), suite.name.utf8.count) == suite.suite)
    #expect(secure_suite_named(suite.name, suite.name.utf8.count - 1) == SECURE_SUITES)
    #expect(secure_key_bytes(suite.suite) == suite.key)
    #expect(secure_key_bytes(SECURE_SUITES) == 0)
  }

  @Test(arguments: Suite.allCases, [UInt64(1), 2]) func `libsrtp and we understand each other, over rollovers`(
    suite: Suite, seed: UInt64
  ) throws {
    let key = Self.key(suite, seed: seed)
    let (from, to) = try (Theirs(key, suite, isSender: true), Theirs(key, suite, isSender: false))
    let (sender, receiver) = try (Ours(key, suite), Ours(key, suite))
    var chance = SeededRandom(seed: seed)
    // Two rollovers, with steps as a network's loss makes them.
    var index = UInt64(0x7000)
    while index < 0x28000 {
      let packet = packet(UInt16(truncatingIfNeeded: index), &chance)
      let ours = try #require(sender.protect(packet))
      #expect(ours.count == packet.count + suite.tag && ours != packet)
      #expect(to.unprotect(ours) == packet)
      let (verdict, bytes) = receiver.unprotect(try #require(from.protect(packet)))
      #expect(verdict == SECURE_GENUINE && bytes == packet)
      index += chance.chance(8) ? chance.next() % 20000 : 1 + chance.next() % 200
    }
    for _ in 0..<200 {
      let report = [0x80 | UInt8(chance.next() % 2), 200] + packet(7, &chance).dropFirst(2)
      #expect(to.unprotectReport(try #require(sender.protectReport(report))) == report)
      let (verdict, bytes) = receiver.unprotect(try #require(from.protectReport(report)), isReport: true)
      #expect(verdict == SECURE_GENUINE && bytes == report)
    }
  }

  @Test(arguments: [false, true]) func `a bit that was changed anywhere makes it forged, and is left as it was`(
    isReport: Bool
  ) throws {
    let good = isReport ? Self.reportEnciphered : Self.enciphered
    let ours = try Ours(Self.key)
    for bit in 0..<good.count * 8 {
      var bytes = good
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let (verdict, left) = ours.unprotect(bytes, isReport: isReport)
      #expect(verdict == SECURE_FORGED && left == bytes, "bit \(bit)")
    }
    for count in 0..<good.count {
      #expect(ours.unprotect(Array(good.prefix(count)), isReport: isReport).verdict == SECURE_FORGED)
    }
    // None of these has left a trace.
    #expect(ours.unprotect(good, isReport: isReport).verdict == SECURE_GENUINE)
  }

  @Test func `a packet is taken once, in whatever order within a window, and never when it is too old to tell`() throws
  {
    let (sender, receiver) = try (Ours(Self.key), Ours(Self.key))
    var chance = SeededRandom(seed: 5)
    let packets = try (0..<400).map { try #require(sender.protect(packet(UInt16($0), &chance))) }
    var order = Array(0..<400)
    for turn in 0..<4000 {
      let (a, b) = (turn % 399, turn % 399 + 1)
      if chance.chance(2) { order.swapAt(a, b) }
    }
    var highest = -1
    var taken: Set<Int> = []
    for index in order + order {
      let verdict = receiver.unprotect(packets[index]).verdict
      let isNew = index > highest || (highest - index < 128 && !taken.contains(index))
      #expect(verdict == (isNew ? SECURE_GENUINE : SECURE_REPLAYED), "\(index) after \(highest)")
      taken.insert(index)
      highest = max(highest, index)
    }
    let reports = try (0..<200).map { _ in try #require(sender.protectReport(Self.report)) }
    #expect(receiver.unprotect(reports[100], isReport: true).verdict == SECURE_GENUINE)
    for (number, expected) in [
      (100, SECURE_REPLAYED), (99, SECURE_GENUINE), (99, SECURE_REPLAYED), (37, SECURE_GENUINE), (36, SECURE_REPLAYED),
      (199, SECURE_GENUINE), (136, SECURE_GENUINE), (136, SECURE_REPLAYED), (135, SECURE_REPLAYED),
    ] {
      #expect(receiver.unprotect(reports[number], isReport: true).verdict == expected, "report \(number)")
    }
  }

  /// Two packets by the same numbers are enciphered by the same bits: who has both, has what they differ by.
  @Test func `a number goes out once`() throws {
    let sender = try Ours(Self.key)
    var chance = SeededRandom(seed: 6)
    #expect(sender.protect(packet(1000, &chance)) != nil)
    #expect(sender.protect(packet(1000, &chance)) == nil)
    #expect(sender.protect(packet(1100, &chance)) != nil)
    #expect(sender.protect(packet(1050, &chance)) != nil)
    #expect(sender.protect(packet(1050, &chance)) == nil)
    #expect(sender.protect(packet(972, &chance)) == nil)
    #expect(sender.protect(packet(1000, ssrc: 2, &chance)) != nil)
  }

  @Test func `who missed a rollover at the beginning still hears what comes`() throws {
    let (sender, receiver) = try (Theirs(Self.key, isSender: true), Ours(Self.key))
    var chance = SeededRandom(seed: 7)
    for sequence in UInt16(65530)...65535 { _ = sender.protect(packet(sequence, &chance)) }
    #expect(receiver.unprotect(try #require(sender.protect(packet(3, &chance)))).verdict == SECURE_GENUINE)
    #expect(receiver.unprotect(try #require(sender.protect(packet(4, &chance)))).verdict == SECURE_GENUINE)
  }

  @Test func `who was out of use for a while is heard again by the same key, and nothing twice`() throws {
    let (sender, receiver) = try (Ours(Self.key), Ours(Self.key))
    var chance = SeededRandom(seed: 8)
    let first = try #require(sender.protect(packet(60000, &chance)))
    #expect(receiver.unprotect(first).verdict == SECURE_GENUINE)
    // Meanwhile it went on where we did not hear it, for longer than could be reckoned.
    for sequence in [UInt16(20000), 40000] { _ = sender.protect(packet(sequence, &chance)) }
    secure_resume(receiver.context)
    #expect(receiver.unprotect(first).verdict == SECURE_REPLAYED)
    let later = try #require(sender.protect(packet(40001, &chance)))
    #expect(receiver.unprotect(later).verdict == SECURE_GENUINE)
    #expect(receiver.unprotect(later).verdict == SECURE_REPLAYED)
    #expect(receiver.unprotect(first).verdict != SECURE_GENUINE)
  }

  /// RFC 3711 §3.3.1 has the counter of rollovers go on under another key; most begin anew.
  @Test(arguments: [false, true]) func `after another key the count of rollovers goes on, or begins anew`(goesOn: Bool)
    throws
  {
    let (sender, receiver) = try (Ours(Self.key), Ours(Self.key))
    var chance = SeededRandom(seed: 8)
    var index = 0
    func next() -> [UInt8] {
      index += 1000
      return packet(UInt16(truncatingIfNeeded: index), &chance)
    }
    while index < 200_000 {
      #expect(receiver.unprotect(try #require(sender.protect(next()))).verdict == SECURE_GENUINE)
    }
    let other = Self.key(Suite.allCases[0], seed: 9)
    let (nextSender, nextReceiver) = try (Ours(other), Ours(other))
    secure_follow(nextReceiver.context, receiver.context)
    if goesOn {
      // A sender that knows: its numbers are brought there, unheard.
      for unheard in stride(from: 1000, to: index, by: 1000) {
        _ = nextSender.protect(packet(UInt16(truncatingIfNeeded: unheard), &chance))
      }
    }
    for _ in 0..<100 {
      let packet = next()
      let (verdict, bytes) = nextReceiver.unprotect(try #require(nextSender.protect(packet)))
      #expect(verdict == SECURE_GENUINE && bytes == packet)
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `nothing that a stranger sends is taken`(seed: UInt64) throws {
    let ours = try Ours(Self.key)
    var chance = SeededRandom(seed: seed)
    for _ in 0..<5000 {
      let bytes = hostileBytes(&chance, like: [Self.plain, Self.report])
      for isReport in [false, true] {
        #expect(ours.unprotect(bytes, isReport: isReport).verdict != SECURE_GENUINE)
      }
    }
    #expect(ours.unprotect(Self.enciphered).verdict == SECURE_GENUINE)
  }

  @Test func `a peer with the key takes no memory without end`() throws {
    let (sender, receiver) = try (Ours(Self.key), Ours(Self.key))
    var chance = SeededRandom(seed: 10)
    var heard = 0
    for ssrc in UInt32(0)..<3000 {
      guard let sent = sender.protect(packet(1, ssrc: ssrc, &chance)) else { continue }
      if receiver.unprotect(sent).verdict == SECURE_GENUINE { heard += 1 }
    }
    #expect(heard == 1024)
    #expect(receiver.unprotect(try #require(sender.protect(packet(2, ssrc: 5, &chance)))).verdict == SECURE_GENUINE)
  }
}
