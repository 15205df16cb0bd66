import Glibc

extension Load {
  /// C. Palm, 1946: whoever waits gives up after an exponential time. There is a balance for every load.
  ///
  /// With service rate μ, n agents, arrivals λ and impatience θ the queue's length k has the weight
  /// λ^k / ∏ (nμ + jθ), j = 1…k, relative to "all busy, nobody waits".
  func erlangA(_ agents: Int, patienceSeconds: Double, thresholdSeconds: Double) -> TeamOutlook {
    let serving = Double(agents) / handlingSeconds
    let leaving = 1 / patienceSeconds
    let surplus = arrivalsPerSecond - serving
    if surplus / leaving > 1e6 { return flood(agents, surplus: surplus, leaving: leaving, thresholdSeconds) }
    // Weights of the states in which somebody is free sum to 1/B − 1 (Erlang B). All sums are scaled down together
    // before they overflow.
    var (free, weight, weights, queued) = (1 / blocking(agents) - 1, 1.0, 1.0, 0.0)
    var (scale, length) = (0.0, 0.0)
    while weight > 1e-17 * weights || arrivalsPerSecond > serving + length * leaving {
      length += 1
      weight *= arrivalsPerSecond / (serving + length * leaving)
      weights += weight
      queued += length * weight
      if weights > 1e200 {
        (free, weight, weights, queued) = (free * 1e-200, weight * 1e-200, weights * 1e-200, queued * 1e-200)
        scale += log(1e200)
      }
    }
    let meanQueue = queued / (free + weights)
    let waiting = weights / (free + weights)
    let abandonment = min(1, leaving * meanQueue / arrivalsPerSecond)
    let answered = answered(
      within: thresholdSeconds, serving: serving, leaving: leaving,
      logarithm: log(serving) - log(free + weights) - scale)
    return TeamOutlook(
      agents: agents, probabilityOfWaiting: waiting, meanWaitSeconds: meanQueue / arrivalsPerSecond,
      abandonment: abandonment, occupancy: min(1, erlangs * (1 - abandonment) / Double(agents)),
      serviceLevel: min(1, 1 - waiting + answered))
  }

  /// Millions wait: so many that chance no longer counts, and everybody waits equally long (the fluid limit).
  private func flood(_ agents: Int, surplus: Double, leaving: Double, _ threshold: Double) -> TeamOutlook {
    let served = 1 - surplus / arrivalsPerSecond
    return TeamOutlook(
      agents: agents, probabilityOfWaiting: 1, meanWaitSeconds: surplus / leaving / arrivalsPerSecond,
      abandonment: 1 - served, occupancy: 1, serviceLevel: -log(served) / leaving <= threshold ? served : 0)
  }

  /// The share of callers who wait and are answered within the threshold:
  /// P(all busy, nobody waits) · nμ · ∫ exp(−(nμ + θ)t + (λ/θ)(1 − e^(−θt))) dt over 0…T.
  ///
  /// It sums, over all lengths of the queue, "everybody before me has left it by service or impatience, and I have not";
  /// the weights of those lengths cancel but for this. `logarithm` is that of the two factors: alone they may be too
  /// small, and the integral too great, for a number.
  private func answered(within threshold: Double, serving: Double, leaving: Double, logarithm: Double) -> Double {
    func exponent(_ time: Double) -> Double {
      logarithm - (serving + leaving) * time - arrivalsPerSecond / leaving * expm1(-leaving * time)
    }
    // Where the exponent has fallen by 50 below its highest, nothing is left to add.
    let peak = max(0, log(arrivalsPerSecond / (serving + leaving)) / leaving)
    var beyond = 1 / (serving + leaving)
    while exponent(peak + beyond) > exponent(peak) - 50 { beyond *= 2 }
    let end = min(threshold, peak + beyond)
    guard end > 0 else { return 0 }
    // Simpson's rule.
    let steps = 8192
    let step = end / Double(steps)
    var sum = exp(exponent(0)) + exp(exponent(end))
    for index in 1..<steps { sum += exp(exponent(step * Double(index))) * (index % 2 == 0 ? 2 : 4) }
    return sum * step / 3
  }
}
