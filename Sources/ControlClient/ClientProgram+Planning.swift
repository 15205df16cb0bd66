import Control
import Staffing

// Staffing by theory.
extension ClientProgram {
  func staff(_ wish: StaffingWish, json: Bool) {
    let lines = wish.calls.enumerated().map { (index, calls) in
      (
        start: (wish.from + index * 30) % (24 * 60), calls: calls,
        need: Load(
          arrivalsPerHour: calls * 2, handlingSeconds: wish.handlingSeconds, patienceSeconds: wish.patienceSeconds)?
          .agents(forServiceLevel: wish.serviceLevel, thresholdSeconds: wish.thresholdSeconds)
      )
    }
    func time(_ minutes: Int) -> String {
      let (hour, minute) = (minutes / 60, minutes % 60)
      return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
    if json {
      let halfHours = lines.map { line -> JSON in
        .object([
          "from": .string(time(line.start)), "calls": .number(line.calls),
          // No calls need nobody; what more than all could not serve has no number.
          "agents": line.calls == 0 ? .integer(0) : line.need.map { .integer(Int64($0.agents)) } ?? .null,
          "service_level": line.need.map { .number($0.serviceLevel) } ?? .null,
          "mean_wait_seconds": line.need?.meanWaitSeconds.map { .number($0) } ?? .null,
          "abandoned": line.need.map { .number($0.abandonment) } ?? .null,
          "occupancy": line.need.map { .number($0.occupancy) } ?? .null,
        ])
      }
      return output(JSONLine.text(JSON.array(halfHours)) + "\n")
    }
    let headings = ["HALF HOUR", "CALLS", "AGENTS", "SERVICE LEVEL", "MEAN WAIT", "ABANDONED", "OCCUPANCY"]
    var table = Table(
      columns: headings.map { .init(heading: rendering.words[$0], alignsRight: $0 != "HALF HOUR") })
    for line in lines {
      let agents = line.calls == 0 ? "0" : line.need.map { "\($0.agents)" } ?? "> 10000"
      table.rows.append([
        time(line.start), Figure.text(line.calls), agents, line.need.map { Figure.percent($0.serviceLevel) } ?? "",
        line.need?.meanWaitSeconds.map { Figure.text($0, decimals: 1) + " s" } ?? "",
        line.need.map { Figure.percent($0.abandonment) } ?? "", line.need.map { Figure.percent($0.occupancy) } ?? "",
      ])
    }
    output(table.text(emphasis: rendering.emphasis))
  }
}
