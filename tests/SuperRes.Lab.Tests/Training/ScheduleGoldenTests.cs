using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.Tests.Models;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Tests.Training;

public sealed class ScheduleGoldenTests
{
    [Fact]
    public void OneCycle_EachRecordedRun_EqualsFastai()
    {
        foreach (JsonProperty run in Shared.Golden("schedules.json").GetProperty("one_cycle").EnumerateObject())
        {
            JsonElement golden = run.Value;
            LrSlice rate = Slice(golden.GetProperty("lr_arg"));
            int steps = golden.GetProperty("n_steps").GetInt32();
            var schedule = new OneCycleSchedule(rate.Spread(3), steps, golden.GetProperty("pct_start").GetDouble());
            Assert.Equal(golden.GetProperty("phases")[0].GetInt32(), schedule.RisingSteps);
            JsonElement groups = golden.GetProperty("lr_used_per_step_by_group");
            for (int step = 0; step < steps; step++)
            {
                double[] rates = schedule.RatesAt(step);
                for (int group = 0; group < 3; group++)
                {
                    AssertRelative(run.Name, groups[group][step].GetDouble(), rates[group], 1e-9);
                }

                AssertRelative(run.Name, golden.GetProperty("mom_used_per_step")[step].GetDouble(), schedule.MomentumAt(step), 1e-9);
            }

            double[] left = schedule.RatesAt(steps);
            for (int group = 0; group < 3; group++)
            {
                AssertRelative(run.Name, golden.GetProperty("lr_left_in_optimizer_after_training")[group].GetDouble(), left[group], 1e-9);
                AssertRelative(
                    run.Name, golden.GetProperty("mom_left_after_training")[group].GetDouble(), schedule.MomentumAt(steps), 1e-9);
            }
        }
    }

    [Fact]
    public void LrSlice_EachRecordedRange_EqualsFastai()
    {
        int compared = 0;
        foreach (JsonProperty count in Shared.Golden("schedules.json").GetProperty("lr_range").EnumerateObject())
        {
            int groups = int.Parse(count.Name.Split('_')[0], CultureInfo.InvariantCulture);
            foreach (JsonProperty range in count.Value.EnumerateObject().Where(range => range.Value.ValueKind != JsonValueKind.String))
            {
                double[] expected = range.Value.ValueKind == JsonValueKind.Number
                    ? [.. Enumerable.Repeat(range.Value.GetDouble(), groups)]
                    : [.. range.Value.EnumerateArray().Select(n => n.GetDouble())];
                double[] actual = Slice(range.Name).Spread(groups);
                Assert.Equal(expected.Length, actual.Length);
                Assert.All(expected.Zip(actual), pair => AssertRelative(range.Name, pair.First, pair.Second, 1e-12));
                compared++;
            }
        }

        Assert.True(compared >= 12, $"only {compared} ranges were compared");
    }

    [Fact]
    public void LrFinder_EachRecordedRun_EqualsFastai()
    {
        foreach (JsonProperty run in Shared.Golden("schedules.json").GetProperty("lr_find").EnumerateObject())
        {
            JsonElement golden = run.Value, args = golden.GetProperty("args");
            var finder = args.TryGetProperty("start_lr", out _)
                ? new LrFinder(Argument(args, "start_lr"), Argument(args, "end_lr"), (int)Argument(args, "num_it"))
                : new LrFinder();
            double[] losses = [.. golden.GetProperty("raw_losses").EnumerateArray().Select(GoldenTensors.Number)];
            for (int i = 0; i < losses.Length; i++)
            {
                Assert.Equal(i + 1 < losses.Length, finder.Record(losses[i]));
            }

            LrFinderResult result = finder.Result();
            double[] rates = [.. golden.GetProperty("recorder_lrs").EnumerateArray().Select(n => n.GetDouble())];
            double[] smooth = [.. golden.GetProperty("recorder_smooth_losses").EnumerateArray().Select(GoldenTensors.Number)];
            Assert.All(rates.Zip(result.Rates), pair => AssertRelative(run.Name, pair.First, pair.Second, 1e-9));
            Assert.All(smooth.Zip(result.Losses), pair => AssertRelative(run.Name, pair.First, pair.Second, 1e-6));
            AssertSuggestions(run.Name, golden, result);
        }
    }

    [Fact]
    public void LossSmoother_RecordedValues_EqualFastai()
    {
        JsonElement golden = Shared.Golden("schedules.json").GetProperty("smoothen_value_beta0.98");
        var smoother = new LossSmoother();
        Assert.All(
            golden.GetProperty("inputs").EnumerateArray().Zip(golden.GetProperty("smooth").EnumerateArray()),
            pair => AssertRelative("smooth", pair.Second.GetDouble(), smoother.Add(pair.First.GetDouble()), 1e-12));
    }

    [Fact]
    public void Primitives_CosineAndExponential_EqualFastai()
    {
        JsonElement golden = Shared.Golden("schedules.json").GetProperty("scheduler_primitives");
        var cosine = new OneCycleSchedule([1], 20, pctStart: 0.5, momentumHigh: 1, momentumLow: 0);
        double[] falling = [.. golden.GetProperty("cos(1,0)").EnumerateArray().Select(n => n.GetDouble())];
        Assert.Equal(11, falling.Length);
        for (int i = 0; i < falling.Length; i++)
        {
            Assert.Equal(falling[i], cosine.MomentumAt(i), 1e-12);
        }

        var finder = new LrFinder(1e-7, 10, iterations: 10);
        foreach (JsonElement rate in golden.GetProperty("exp(1e-7,10)").EnumerateArray())
        {
            AssertRelative("exp", rate.GetDouble(), finder.NextRate, 1e-9);
            finder.Record(1);
        }
    }

    private static void AssertSuggestions(string name, JsonElement golden, LrFinderResult result)
    {
        if (golden.GetProperty("min_grad_lr").ValueKind != JsonValueKind.Number)
        {
            Assert.Null(result.SteepestRate);
            Assert.Null(result.MinimumRateOverTen);
            return;
        }

        AssertRelative(name, golden.GetProperty("min_grad_lr").GetDouble(), result.SteepestRate!.Value, 1e-9);
        string printed = golden.GetProperty("plot_stdout")[1].GetString()!.Split(' ')[^1];
        Assert.Equal(
            double.Parse(printed, CultureInfo.InvariantCulture), result.MinimumRateOverTen!.Value, 0.006 * result.MinimumRateOverTen.Value);
    }

    private static double Argument(JsonElement args, string name) =>
        double.Parse(args.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static LrSlice Slice(JsonElement argument) => argument.ValueKind == JsonValueKind.Number ? argument.GetDouble()
        : Slice(argument.GetString()!);

    /// <summary>Python's text of a slice, such as slice(None, 0.001, None).</summary>
    private static LrSlice Slice(string text)
    {
        if (!text.StartsWith("slice(", StringComparison.Ordinal))
        {
            return double.Parse(text, CultureInfo.InvariantCulture);
        }

        string[] parts = text[6..^1].Split(", ");
        double stop = double.Parse(parts[1], CultureInfo.InvariantCulture);
        return parts[0] == "None" ? new LrSlice(stop) : new LrSlice(double.Parse(parts[0], CultureInfo.InvariantCulture), stop);
    }

    private static void AssertRelative(string what, double expected, double actual, double tolerance) => Assert.True(
        (double.IsNaN(expected) && double.IsNaN(actual)) || Math.Abs(expected - actual) <= tolerance * Math.Abs(expected),
            $"{what}: {actual:r} instead of {expected:r}");
}
