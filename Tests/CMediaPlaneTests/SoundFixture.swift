import CMediaPlane
import Glibc

/// A sound that is held once; released when nobody keeps it.
///
/// Sendable, as a sound may be read, held and released on every thread.
final class HeldSound: @unchecked Sendable {
  let pointer: OpaquePointer
  let rate: Int

  private init(_ pointer: OpaquePointer, rate: Int) {
    self.pointer = pointer
    self.rate = rate
  }

  convenience init?(_ samples: [Int16], rate: Int) {
    var made: OpaquePointer?
    guard sound_make(samples, samples.count, UInt32(rate), &made) == SOUND_OK, let made else { return nil }
    self.init(made, rate: rate)
  }

  deinit { sound_release(pointer) }

  /// The sound, or why there is none.
  static func open(_ path: String, rate: Int) -> (sound: HeldSound?, reason: String) {
    var opened: OpaquePointer?
    var reason = [CChar](repeating: 0, count: 200)
    let code = sound_open(path, UInt32(rate), &opened, &reason, reason.count)
    let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard code == SOUND_OK, let opened else { return (nil, opened == nil ? text : "written on failure") }
    return (HeldSound(opened, rate: rate), text)
  }

  var frames: Int { sound_frames(pointer) }

  var samples: [Int16] {
    (0..<frames).flatMap { Array(UnsafeBufferPointer(start: sound_samples(pointer, $0), count: rate / 50)) }
  }

  func prepare(_ coding: Coding) -> Int32 { sound_prepare(pointer, coding.kind) }

  /// Empty before it was prepared.
  func payload(_ coding: Coding, _ frame: Int) -> [UInt8] {
    var bytes = 0
    let start = sound_payload(pointer, coding.kind, frame, &bytes)
    return Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : bytes))
  }
}

/// A folder of its own for a test's files; gone when nobody keeps it.
final class SoundFolder {
  let path: String
  private var names: [String] = []

  init() throws {
    var template = Array("/tmp/tsunagi-sounds-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderFailed() }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  struct FolderFailed: Error {}

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The path of a file that goes with the folder.
  func place(_ name: String) -> String {
    names.append(name)
    return "\(path)/\(name)"
  }

  func write(_ bytes: [UInt8], as name: String = "sound.wav") -> String {
    let place = place(name)
    if let file = fopen(place, "w") {
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
    return place
  }
}

/// A WAV file's bytes, the plain way; claiming more data than there is, where asked for.
struct WAV {
  var rate = 8000
  var channels = 1
  var format = 1
  var bits = 16
  var data: [UInt8]
  var claimed: Int?

  init(_ samples: [Int16], rate: Int = 8000) {
    self.rate = rate
    data = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  var bytes: [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let block = channels * bits / 8
    let size = claimed ?? data.count
    return Array("RIFF".utf8) + little(36 + size, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(format, 2)
      + little(channels, 2) + little(rate, 4) + little(rate * block, 4) + little(block, 2) + little(bits, 2)
      + Array("data".utf8) + little(size, 4) + data
  }
}
