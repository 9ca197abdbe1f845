using System.Security.Cryptography;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>Refuses ranks that would not train the same thing.</summary>
internal static class RankAgreement
{
    /// <summary>Compares what the ranks have found before the first step.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="InputException">A rank has another experiment, version, photos, features or data type than rank 0.</exception>
    public static void RequireSameStart(ExperimentRun run)
    {
        if (run.Ranks.Size == 1)
        {
            return;
        }

        run.Ranks.RequireSame(
            ("another experiment", run.Experiment.ToJson()),
            ("another build of superres", $"{typeof(ExperimentRun).Module.ModuleVersionId} {__version__}"),
            ("other photos", run.Data.Folder.NamesFingerprint()),
            ("other weights in the loss's network", $"{run.Loss.NetworkName} {run.Loss.IsPretrained}"),
            ("a processor that computes in another data type", run.Model.ComputeType.ToString()));
    }

    /// <summary>Compares the ranks' weights, which sums of the same bits keep equal.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="InputException">A rank has other weights than rank 0.</exception>
    public static void RequireSameWeights(ExperimentRun run)
    {
        if (run.Ranks.Size > 1)
        {
            run.Ranks.RequireSame(("other weights after the training", DigestOf(run)));
        }
    }

    private static string DigestOf(ExperimentRun run)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Tensor value) in StateDict.Entries(run.Model))
        {
            using DisposeScope scope = NewDisposeScope();
            sha.AppendData(value.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
