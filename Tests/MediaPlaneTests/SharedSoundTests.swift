import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Music and announcements: encoded once for all who listen.
@Suite(.fewAtOnce, .onTime) struct SharedSoundTests {
  private func playing(_ plane: Plane, _ samples: [Int16], as name: String = "announcement.wav") throws -> String {
    let path = "\(plane.folder)/\(name)"
    try #require(writeWAV(samples, to: path))
    return path
  }

  private func play(_ plane: Plane, _ leg: media_id, _ path: String) -> Int32 {
    media_leg_play(plane.pointer, leg, path)
  }

  /// A leg whose peer has somewhere to be, and says nothing.
  private func listener(_ plane: Plane, _ coding: Coding, at socket: Socket, tag: UInt64) throws -> media_id {
    let (leg, _) = try plane.openLeg()
    var stream = media_stream()
    stream.codec = coding.kind
    stream.type_in = coding.type
    stream.type_out = coding.type
    stream.keys_in = 101
    stream.keys_out = 101
    stream.sends = true
    stream.hears = true
    stream.rtp = sockaddr_in.loopback(port: socket.port).storage
    stream.rtcp = stream.rtp
    media_leg_tag(plane.pointer, leg, tag)
    try #require(media_leg_stream(plane.pointer, leg, &stream) == Int32(MEDIA_OK))
    return leg
  }

  @Test func `A thousand hear an announcement that is encoded once for each codec, and each is told of its end once`()
    async throws
  {
    let plane = try Plane()
    let socket = try Socket()
    let path = try playing(plane, (0..<2400).map(tone(1297)))
    // The clock that files are stamped by goes on: what is read in the tick of its change is read again.
    try await eventually("the file is not of just now") {
      var (now, file) = (timespec(), stat())
      clock_gettime(CLOCK_REALTIME_COARSE, &now)
      return stat(path, &file) == 0 && (now.tv_sec, now.tv_nsec) > (file.st_ctim.tv_sec, file.st_ctim.tv_nsec)
    }
    let legs = try (0..<1000).map { try listener(plane, Coding.allCases[$0 % 4], at: socket, tag: UInt64($0 + 1)) }
    for leg in legs { #expect(play(plane, leg, path) == Int32(MEDIA_OK)) }
    try await eventually("all have heard it") { plane.events.count { $0.kind == MEDIA_FINISHED } >= 1000 }
    let counts = plane.counts
    #expect(Set(plane.events.filter { $0.kind == MEDIA_FINISHED }.map(\.tag)) == Set(1...1000))
    #expect(counts.encodings == 4)
    #expect(counts.announcements == 1)
    #expect(legs.allSatisfy { plane.statistics($0).encoded == 0 && plane.statistics($0).sent >= 16 })
    // Again, by some who come later: nothing is read or encoded anew.
    for leg in legs.prefix(8) { #expect(play(plane, leg, path) == Int32(MEDIA_OK)) }
    try await eventually("they have heard it again") { plane.events.count { $0.kind == MEDIA_FINISHED } >= 1008 }
    for leg in legs { media_leg_close(plane.pointer, leg) }
    #expect(plane.counts.encodings == 4)
    #expect(plane.events.count { $0.kind == MEDIA_FINISHED } == 1008)
  }

  @Test(arguments: Coding.allCases) func `An announcement alone is heard whole, as it was encoded for all`(
    coding: Coding
  ) async throws {
    let plane = try Plane()
    let phones = try (0..<3).map { _ in try Phone(plane, coding, says: { _ in 0 }) }
    let path = try playing(plane, (0..<8000).map(tone(1297)))
    let wire = Wire(phones)
    for (index, phone) in phones.enumerated() {
      wire.at(0.3 + 0.11 * Double(index)) { #expect(play(plane, phone.leg, path) == Int32(MEDIA_OK)) }
    }
    await wire.run(2.4)
    for phone in phones {
      #expect(plane.count(MEDIA_FINISHED, of: phone.tag) == 1)
      #expect(plane.statistics(phone.leg).encoded == 0)
      let loud = pieces(of: 1297, heardBy: phone)
      #expect(abs(loud.count - 50) <= 2)
      if let first = loud.first, let last = loud.last { #expect(last - first == (loud.count - 1) * 160) }
    }
    let distinct = phones.map { phone in Set(phone.received.map(\.payload)) }
    // A second of it, and silence: the very same bytes.
    #expect(distinct[0] == distinct[1] && distinct[1] == distinct[2])
  }

  @Test func `A file that is damaged while it is heard is heard to its end, and heard anew once it is replaced`()
    async throws
  {
    let plane = try Plane()
    let phones = try (0..<3).map { _ in try Phone(plane, says: { _ in 0 }) }
    let path = try playing(plane, (0..<8000).map(tone(1297)))
    let wire = Wire(phones)
    wire.at(0.3) { #expect(play(plane, phones[0].leg, path) == Int32(MEDIA_OK)) }
    wire.at(0.6) {
      // It is read by another thread, and so is the next one.
      for _ in 0..<5000 where plane.counts.announcements == 0 { usleep(1000) }
      truncate(path, 20)
      #expect(play(plane, phones[1].leg, path) == Int32(MEDIA_OK))
    }
    wire.at(0.8) {
      // It is read by another thread.
      for _ in 0..<5000 where plane.count(MEDIA_FINISHED, of: phones[1].tag) == 0 { usleep(1000) }
      #expect(writeWAV((0..<8000).map(tone(811)), to: path))
      #expect(play(plane, phones[2].leg, path) == Int32(MEDIA_OK))
    }
    await wire.run(2.4)
    #expect(phones.map { plane.count(MEDIA_FINISHED, of: $0.tag) } == [1, 1, 1])
    let reason = try #require(plane.events.first { $0.tag == phones[1].tag && $0.kind == MEDIA_FINISHED }?.reason)
    #expect(reason.hasPrefix("\(path): "))
    #expect(plane.events.count { $0.reason != nil } == 1)
    #expect(abs(pieces(of: 1297, heardBy: phones[0]).count - 50) <= 2)
    for frequency in [811.0, 1297] { #expect(pieces(of: frequency, heardBy: phones[1]).isEmpty) }
    #expect(abs(pieces(of: 811, heardBy: phones[2]).count - 50) <= 2)
    #expect(pieces(of: 1297, heardBy: phones[2]).isEmpty)
  }

  @Test func `A long file is read by none of those who carry out commands, and one that is not there is told of`()
    async throws
  {
    let plane = try Plane()
    let phone = try Phone(plane, says: { _ in 0 })
    let path = try playing(plane, [], as: "long.wav")
    try #require(lengthen(path, to: 3600))
    func spent() -> Int {
      var used = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used)
      return used.tv_sec * 1_000_000 + used.tv_nsec / 1000
    }
    let before = spent()
    #expect(play(plane, phone.leg, path) == Int32(MEDIA_OK))
    #expect(spent() - before < 50_000)
    #expect(play(plane, phone.leg, "\(plane.folder)/none.wav") == Int32(MEDIA_OK))
    try await eventually("the second is told of") { plane.count(MEDIA_FINISHED, of: phone.tag) == 1 }
    let reason = "\(plane.folder)/none.wav: the file cannot be opened: No such file or directory"
    #expect(plane.events.last?.reason == reason)
    #expect(plane.counts.announcements == 1)
    media_leg_close(plane.pointer, phone.leg)
    #expect(play(plane, phone.leg, path) == Int32(MEDIA_GONE))
  }

  @Test func `Who comes back to music hears it go on, and who is new its beginning`() async throws {
    let plane = try Plane()
    let phones = try (0..<2).map { _ in try Phone(plane, says: { _ in 0 }) }
    // No frame is like another: by its payload it is known which it is.
    let samples = (0..<16000).map(noise())
    var music: media_id = 0
    try #require(
      media_music_open(plane.pointer, try playing(plane, samples), &music, nil, 0) == Int32(MEDIA_OK))
    let encoder = codec_open(CODEC_PCMU, 8000)
    defer { codec_close(encoder) }
    var frames: [[UInt8]: Int] = [:]
    for frame in 0..<100 {
      var bytes = [UInt8](repeating: 0, count: Int(CODEC_LONGEST_FRAME))
      let count = codec_encode(encoder, Array(samples[frame * 160..<frame * 160 + 160]), &bytes, bytes.count)
      frames[Array(bytes.prefix(count))] = frame
    }
    let wire = Wire(phones)
    wire.at(0.2) { plane.link(music, phones[0].leg) }
    wire.at(0.7) { plane.unlink(music, phones[0].leg) }
    wire.at(1.1) { for phone in phones { plane.link(music, phone.leg) } }
    await wire.run(1.6)
    let heard = phones.map { phone in phone.received.compactMap { frames[$0.payload] } }
    for one in heard { #expect(one.elementsEqual((0..<one.count).map { $0 % 100 }), "\(one)") }
    #expect(heard[0].count > heard[1].count)
    #expect(heard[1].count > 5)
    // What is taken away in the middle dies away, in frames of its own.
    #expect(plane.statistics(phones[0].leg).encoded <= 2)
    #expect(plane.statistics(phones[1].leg).encoded == 0)
  }

  /// Silence behind what a WAV file holds, which takes no room on the disk.
  private func lengthen(_ path: String, to seconds: Int) -> Bool {
    let file = open(path, O_WRONLY)
    defer { close(file) }
    let data = Int32(seconds * 16000)
    func write(_ number: Int32, at: Int) -> Bool {
      withUnsafeBytes(of: number.littleEndian) { pwrite(file, $0.baseAddress, 4, at) == 4 }
    }
    return ftruncate(file, 44 + Int(data)) == 0 && write(data + 36, at: 4) && write(data, at: 40)
  }

  /// Where in what it has heard the tone is, in pieces of 20 ms.
  private func pieces(of frequency: Double, heardBy phone: Phone) -> [Int] {
    let heard = phone.heard()
    return stride(from: 0, to: heard.count - 160, by: 160).filter {
      level(of: frequency, in: heard[$0..<$0 + 160]) > -6
    }
  }
}
