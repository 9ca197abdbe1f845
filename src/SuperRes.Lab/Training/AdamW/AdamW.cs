using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), exact to fastai's <c>OptimWrapper</c> over torch's Adam. On the CPU one
/// pass over the parameters' memory does a whole step; elsewhere torch operations do the same.
/// </summary>
public sealed class AdamW : IDisposable
{
    private const int ChunkLength = 1 << 17;
    private readonly List<AdamWSlot> _slots = [];
    private readonly List<AdamWJoinedMoments> _joined = [];
    private List<AdamWChunk>? _chunks;

    /// <summary>Creates an optimizer over all parameters of the groups; those without a gradient at a step are left as they are.</summary>
    /// <param name="groups">Layer groups, one learning rate each.</param>
    /// <param name="options">The options; null for the defaults.</param>
    public AdamW(IReadOnlyList<LayerGroup> groups, AdamWOptions? options = null)
    {
        Options = options ?? new AdamWOptions();
        Groups = groups.Count;
        for (int group = 0; group < groups.Count; group++)
        {
            foreach (GroupParameter parameter in groups[group].Parameters)
            {
                _slots.Add(new AdamWSlot(parameter, group));
            }
        }
    }

    /// <summary>The options.</summary>
    public AdamWOptions Options { get; }

    /// <summary>Number of layer groups.</summary>
    public int Groups { get; }

    /// <summary>β₁ that a fit left behind, for those who step without a schedule, such as the LR finder. At first 0.9.</summary>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Whether the path of other devices is taken on the CPU too, for tests.</summary>
    internal bool UsesTorchOperations { get; set; }

    /// <summary>Makes one step.</summary>
    /// <param name="rates">The learning rate of each layer group.</param>
    /// <param name="momentum">β₁ of this step; the bias correction uses it too, as torch's does.</param>
    public void Step(IReadOnlyList<double> rates, double momentum)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        var work = new List<(AdamWSlot Slot, Tensor Gradient, AdamWFactors Factors)>(_slots.Count);
        bool onCpu = !UsesTorchOperations;
        foreach (AdamWSlot slot in _slots)
        {
            if (slot.Parameter.Value.grad is not { } gradient)
            {
                continue;
            }

            slot.Prepare();
            work.Add((slot, gradient, FactorsOf(slot, rates[slot.Group], momentum)));
            onCpu &= slot.IsPlain && gradient.device.type == DeviceType.CPU;
        }

        if (onCpu)
        {
            StepOnCpu(work);
        }
        else
        {
            StepWithTorch(work);
        }
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (AdamWSlot slot in _slots)
        {
            slot.Parameter.Value.grad = null;
        }
    }

    /// <summary>The optimizer's memory by parameter name, for a checkpoint: first moment, second moment and steps made.</summary>
    /// <returns>The tensors themselves, not copies.</returns>
    public IEnumerable<(string Name, Tensor First, Tensor Second, long Steps)> State() =>
        _slots.Where(slot => slot.First is not null).Select(slot => (slot.Parameter.Name, slot.First!, slot.Second!, slot.Steps));

    /// <summary>Takes one parameter's memory back from a checkpoint.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="first">First moment.</param>
    /// <param name="second">Second moment.</param>
    /// <param name="steps">Steps made.</param>
    /// <exception cref="InputException">There is no such parameter, or it has another shape.</exception>
    public void Restore(string name, Tensor first, Tensor second, long steps)
    {
        AdamWSlot slot = _slots.Find(slot => slot.Parameter.Name == name)
            ?? throw new InputException(
                $"The optimizer state is for a parameter {name} that this model has not; use a checkpoint of the same experiment.");
        if (!slot.Parameter.Value.shape.SequenceEqual(first.shape))
        {
            string there = string.Join(", ", first.shape), here = string.Join(", ", slot.Parameter.Value.shape);
            throw new InputException($"The optimizer state of {name} has shape [{there}], the parameter [{here}].");
        }

        using IDisposable off = no_grad();
        slot.Prepare();
        slot.First!.copy_(first);
        slot.Second!.copy_(second);
        slot.Steps = steps;
    }

    /// <summary>Copies the memory and the momentum of an optimizer over the same parameters.</summary>
    internal void CopyFrom(AdamW other)
    {
        Momentum = other.Momentum;
        foreach ((string name, Tensor first, Tensor second, long steps) in other.State())
        {
            Restore(name, first, second, steps);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        ForgetJoined();
        _slots.ForEach(slot => slot.Dispose());
    }

    private AdamWFactors FactorsOf(AdamWSlot slot, double rate, double beta1)
    {
        slot.Steps++;
        bool decays = Options.DecayBatchNorm || !(slot.Parameter.IsBatchNorm || slot.Parameter.IsBias);
        double decay = decays ? Options.WeightDecay : 0;
        return new AdamWFactors(
            Shrink: (float)(Options.Decoupled ? 1 - (rate * decay) : 1),
            GradientDecay: (float)(Options.Decoupled ? 0 : decay),
            Beta1: (float)beta1,
            NewShare1: (float)(1 - beta1),
            Beta2: (float)Options.Beta2,
            NewShare2: (float)(1 - Options.Beta2),
            StepSize: (float)(rate / (1 - Math.Pow(beta1, slot.Steps))),
            Correction2: (float)Math.Sqrt(1 - Math.Pow(Options.Beta2, slot.Steps)),
            Epsilon: (float)Options.Epsilon);
    }

    private void StepOnCpu(List<(AdamWSlot Slot, Tensor Gradient, AdamWFactors Factors)> work)
    {
        _chunks ??= [];
        _chunks.Clear();
        foreach ((AdamWSlot slot, Tensor gradient, AdamWFactors factors) in work)
        {
            Tensor dense = gradient.is_contiguous() ? gradient : gradient.contiguous();
            for (long start = 0; start < dense.numel(); start += ChunkLength)
            {
                _chunks.Add(new AdamWChunk(slot, dense, factors, (int)start, (int)Math.Min(ChunkLength, dense.numel() - start)));
            }
        }

        TorchThreads.For(_chunks.Count, i => _chunks[i].Run());
    }

    /// <summary>
    /// All parameters that step alike go as one long vector: a GPU spends more time on starting an operation than on a small one itself.
    /// </summary>
    private void StepWithTorch(List<(AdamWSlot Slot, Tensor Gradient, AdamWFactors Factors)> work)
    {
        var alike = work
            .GroupBy(item => (item.Factors, item.Gradient.dtype, item.Gradient.device.ToString()))
            .Select(items => items.ToArray())
            .ToArray();
        bool fits = _joined.Count == alike.Length
            && _joined.Zip(alike).All(pair => pair.First.Slots.SequenceEqual(pair.Second.Select(item => item.Slot)));
        if (!fits)
        {
            ForgetJoined();
            _joined.AddRange(alike.Select(items => new AdamWJoinedMoments([.. items.Select(item => item.Slot)])));
        }

        foreach ((AdamWJoinedMoments moments, (AdamWSlot Slot, Tensor Gradient, AdamWFactors Factors)[] items) in _joined.Zip(alike))
        {
            using DisposeScope scope = NewDisposeScope();
            AdamWFactors f = items[0].Factors;
            using Scalar shrink = Scalars.Of(f.Shrink), decay = Scalars.Of(f.GradientDecay);
            using Scalar beta1 = Scalars.Of(f.Beta1), beta2 = Scalars.Of(f.Beta2);
            using Scalar share1 = Scalars.Of(f.NewShare1), share2 = Scalars.Of(f.NewShare2), correction = Scalars.Of(f.Correction2);
            using Scalar epsilon = Scalars.Of(f.Epsilon), step = Scalars.Of(-f.StepSize);
            Tensor parameter = cat([.. items.Select(item => item.Slot.Parameter.Value.flatten())]);
            Tensor g = cat([.. items.Select(item => item.Gradient.flatten())]);
            if (f.Shrink != 1)
            {
                parameter.mul_(shrink);
            }

            g = f.GradientDecay == 0 ? g : g.add(parameter, decay);
            moments.First.mul_(beta1).add_(g, alpha: share1);
            moments.Second.mul_(beta2).addcmul_(g, g, share2);
            Tensor denominator = moments.Second.sqrt().div_(correction).add_(epsilon, Scalars.One);
            parameter.addcdiv_(moments.First, denominator, step);
            foreach ((AdamWSlot slot, Tensor part) in moments.Slots.Zip(moments.Split(parameter)))
            {
                slot.Parameter.Value.copy_(part);
            }
        }
    }

    private void ForgetJoined()
    {
        _joined.ForEach(joined => joined.Dispose());
        _joined.Clear();
    }
}
