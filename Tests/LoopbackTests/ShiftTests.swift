import Control
import Glibc
import LoopbackTesting
import Telephony
import Testing

@Suite(.serialized, .fewAtOnce) struct `Shifts planned by a table` {
  private func tsunagi(_ office: Office, _ words: [String]) async throws -> (code: Int32, output: String) {
    let child = try ChildProcess(
      programs() + "/tsunagi", ["--socket", office.daemon.socket] + words, in: office.daemon.folder,
      log: office.daemon.folder + "/tsunagi-\(monotonicNanoseconds()).log")
    let code = try await child.waitForExit()
    return (code, child.output)
  }

  private func write(_ text: String, _ name: String, _ office: Office) throws {
    let file = try #require(fopen(office.daemon.folder + "/" + name, "w"))
    fputs(text, file)
    fclose(file)
  }

  /// The date so many days from now, as UTC has it: of the days around it one is today's in any zone.
  private func date(_ days: Int64) -> String {
    String(RFC3339.text((Int64(time(nil)) + days * 86_400) * 1000).prefix(10))
  }

  @Test func `a report holds the day against it; a faulty one plans nothing; a kill loses nothing`() async throws {
    let office = try await Office()
    _ = try office.handPlayedPhone()
    let heading = "agent,date,from,to,breaks\r\n"
    let rows = (-2...2 as ClosedRange<Int64>).map { "anna,\(date($0)),00:00,24:00,\r\n" }.joined()
    try write(heading + rows + "nobody,\(date(0)),09:00,18:00,\r\n", "faulty.csv", office)
    let refused = try await tsunagi(office, ["shifts", "import", "faulty.csv"])
    #expect(refused.code == 1)
    #expect(
      refused.output.contains("line 7: there is no agent \"nobody\"\nnothing is imported"), "\(refused.output)")
    let days = ["--from", date(-2), "--to", date(2)]
    #expect(try await tsunagi(office, ["shifts"] + days).output == "nothing to show\n")

    try write(heading + rows, "plan.csv", office)
    let done = try await tsunagi(office, ["shifts", "import", "plan.csv"])
    #expect(done.code == 0 && done.output == "ok  5 shifts of 1 agent; 5 days changed\n", "\(done.output)")
    let changed = try await office.events.notice("shift.changed")
    #expect(changed.data("from")?.text == date(-2) && changed.data("days")?.whole == 5)
    let table = try await tsunagi(office, ["shifts", "--csv"] + days)
    #expect(table.output.contains("\r\nanna,\(date(0)),00:00,24:00,,,\r\n"), "\(table.output)")

    try await office.works("anna", at: "ext-anna")
    let now = Int64(time(nil)) * 1000
    let period = ["--from", RFC3339.text(now - 10_800_000), "--to", RFC3339.text(now + 10_800_000)]
    func judge(_ office: Office) async throws {
      let answer = try await tsunagi(office, ["report", "--json", "--by", "15min"] + period)
      let report = try JSON(reading: answer.output.utf8)
      var sums: [String: Int64] = [:]
      for row in report["rows"]?.elements ?? [] where row["subject"]?.text == "anna" {
        guard case .object(let counts)? = row["counts"] else { continue }
        for (name, value) in counts { sums[name, default: 0] += value.whole ?? 0 }
      }
      // Three hours and what has passed since, from the beginning of a quarter on.
      let scheduled = sums["time_scheduled"] ?? 0
      #expect(scheduled >= 10_800_000_000_000 && scheduled < 21_600_000_000_000, "\(sums)")
      #expect((sums["time_adherent"] ?? 0) > 0 && sums["time_adherent"] == sums["time_scheduled_idle"], "\(sums)")
      let shown = try await tsunagi(office, ["report", "--per", "agent"] + period)
      #expect(shown.output.contains("ADHERENCE %") && shown.output.contains("UTILISATION B SHIFT %"), "\(shown.output)")
      let csv = try await tsunagi(office, ["report", "--per", "agent", "--csv"] + period)
      #expect(csv.output.contains(",scheduled,scheduled_paid,utilisation_a_shift,utilisation_b_shift,adherence"))
      let verified = try await tsunagi(office, ["figures", "--verify"] + period)
      #expect(verified.code == 0, "\(verified.output)")
    }
    try await judge(office)
    office.daemon.process.signal(9)
    _ = try await office.daemon.process.waitForExit()

    let again = try await Office(folder: office.daemon.folder, ports: office.port)
    #expect(try await tsunagi(again, ["shifts", "--csv"] + days).output == table.output)
    #expect(try await tsunagi(again, ["shift", "anna", date(0), "remove"]).code == 0)
    let overlapping = try await tsunagi(again, ["shift", "anna", date(0), "set", "23:00-01:00"])
    #expect(
      overlapping.code == 1 && overlapping.output.contains("overlaps 00:00-24:00 on \(date(1))"),
      "\(overlapping.output)")
    await again.stop()
  }
}
