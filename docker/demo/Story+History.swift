import Control
import LoopbackTesting

extension Story {
  /// The history as the client prints it, and every recording, measured.
  func whatRemains() async throws {
    screen.heading("The history: tsunagi --socket \(office.socket) history")
    let printed = try await office.client(["history"])
    screen.note(printed)
    let rows = printed.split(separator: "\n").count - 1
    try screen.check(
      "every call is there", rows == tones.count && printed.contains("非通知") && printed.contains("system_failure"),
      expected: "\(tones.count) calls, one 非通知, one system_failure", seen: "\(rows) calls")
    screen.heading("The recordings: left outside, right agent")
    let widths = [14, 6, 7, 7, 11]
    line(["caller", "length", "left", "right", "state", "file"], widths)
    var measured = 0
    for record in try await events.request("history.list").elements.reversed() {
      try recording(of: record, widths)
      measured += 1
    }
    let count = tones.count
    screen.note("")
    try screen.check(
      "every conversation is recorded, each voice in its channel alone", measured == count, expected: "\(count) files",
      seen: "\(measured) files")
  }

  /// Measures the one recording of a contact.
  private func recording(of record: JSON, _ widths: [Int]) throws {
    let contact = record["contact"]?.text ?? ""
    let files = record["recordings"]?.elements ?? []
    guard let (outside, agent) = tones[contact], files.count == 1, let path = files[0]["path"]?.text else {
      throw Fault("contact \(contact) has \(files.count) recordings, not one")
    }
    let sound = try Sound(wave: path)
    let state = files[0]["state"]?.text ?? ""
    let part = sound.middle
    guard part.channels.count == 2 else { throw Fault("\(path) has \(part.channels.count) channels") }
    let name = record["customerName"]?.text ?? record["caller"]?["display"]?.text ?? ""
    let (left, right) = (part.usualLevel(of: outside, channel: 0), part.usualLevel(of: agent, channel: 1))
    let (leftOther, rightOther) = (part.usualLevel(of: agent, channel: 0), part.usualLevel(of: outside, channel: 1))
    line([name, "\(sound.seconds.text(1)) s", left.decibels, right.decibels, state, path], widths)
    guard left > Self.heard, right > Self.heard, leftOther < Self.silence, rightOther < Self.silence else {
      throw Screen.Failure(
        what: "\(path) has each voice in its channel and in no other",
        expected: "\(outside.text(0)) Hz left, \(agent.text(0)) Hz right",
        seen: "left \(left.decibels) and \(leftOther.decibels), right \(right.decibels) and \(rightOther.decibels)")
    }
  }

  private func line(_ cells: [String], _ widths: [Int]) {
    let padded = cells.enumerated().map { index, cell in
      index < widths.count ? Screen.padded(cell, widths[index], right: (1...3).contains(index)) : cell
    }
    screen.note("  " + padded.joined(separator: "  "))
  }
}
