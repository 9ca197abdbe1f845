using System.Numerics;
using System.Runtime.InteropServices;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), exact to fastai's <c>OptimWrapper</c> over torch's Adam. On the CPU one pass over the
/// parameters' memory does a whole step; elsewhere torch operations do the same.
/// </summary>
public sealed class AdamW : IDisposable
{
    private const int ChunkLength = 1 << 17;
    private readonly List<Slot> _slots = [];
    private readonly List<JoinedMoments> _joined = [];
    private List<Chunk>? _chunks;

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
                _slots.Add(new Slot(parameter, group));
            }
        }
    }

    /// <summary>The options.</summary>
    public AdamWOptions Options { get; }

    /// <summary>Number of layer groups.</summary>
    public int Groups { get; }

    /// <summary>Whether the path of other devices is taken on the CPU too, for tests.</summary>
    internal bool UsesTorchOperations { get; set; }

    /// <summary>Makes one step.</summary>
    /// <param name="rates">The learning rate of each layer group.</param>
    /// <param name="momentum">β₁ of this step; the bias correction uses it too, as torch's does.</param>
    public void Step(IReadOnlyList<double> rates, double momentum)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        var work = new List<(Slot Slot, Tensor Gradient, StepFactors Factors)>(_slots.Count);
        bool onCpu = !UsesTorchOperations;
        foreach (Slot slot in _slots)
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
        foreach (Slot slot in _slots)
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
        Slot slot = _slots.Find(slot => slot.Parameter.Name == name)
            ?? throw new InputException($"The optimizer state is for a parameter {name} that this model has not; use a checkpoint of the same experiment.");
        if (!slot.Parameter.Value.shape.SequenceEqual(first.shape))
        {
            throw new InputException($"The optimizer state of {name} has shape [{string.Join(", ", first.shape)}], the parameter [{string.Join(", ", slot.Parameter.Value.shape)}].");
        }

        using IDisposable off = no_grad();
        slot.Prepare();
        slot.First!.copy_(first);
        slot.Second!.copy_(second);
        slot.Steps = steps;
    }

    /// <summary>An optimizer over the same parameters with a copy of the memory.</summary>
    internal AdamW Clone(IReadOnlyList<LayerGroup> groups)
    {
        var copy = new AdamW(groups, Options);
        foreach ((string name, Tensor first, Tensor second, long steps) in State())
        {
            copy.Restore(name, first, second, steps);
        }

        return copy;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        ForgetJoined();
        _slots.ForEach(slot => slot.Dispose());
    }

    private StepFactors FactorsOf(Slot slot, double rate, double beta1)
    {
        slot.Steps++;
        bool decays = Options.DecayBatchNorm || !(slot.Parameter.IsBatchNorm || slot.Parameter.IsBias);
        double decay = decays ? Options.WeightDecay : 0;
        return new StepFactors(
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

    private void StepOnCpu(List<(Slot Slot, Tensor Gradient, StepFactors Factors)> work)
    {
        _chunks ??= [];
        _chunks.Clear();
        foreach ((Slot slot, Tensor gradient, StepFactors factors) in work)
        {
            Tensor dense = gradient.is_contiguous() ? gradient : gradient.contiguous();
            for (long start = 0; start < dense.numel(); start += ChunkLength)
            {
                _chunks.Add(new Chunk(slot, dense, factors, (int)start, (int)Math.Min(ChunkLength, dense.numel() - start)));
            }
        }

        TorchThreads.For(_chunks.Count, i => _chunks[i].Run());
    }

    /// <summary>All parameters that step alike go as one long vector: a GPU spends more time on starting an operation than on a small one itself.</summary>
    private void StepWithTorch(List<(Slot Slot, Tensor Gradient, StepFactors Factors)> work)
    {
        var alike = work.GroupBy(item => (item.Factors, item.Gradient.dtype, item.Gradient.device.ToString())).Select(items => items.ToArray()).ToArray();
        bool fits = _joined.Count == alike.Length && _joined.Zip(alike).All(pair => pair.First.Slots.SequenceEqual(pair.Second.Select(item => item.Slot)));
        if (!fits)
        {
            ForgetJoined();
            _joined.AddRange(alike.Select(items => new JoinedMoments([.. items.Select(item => item.Slot)])));
        }

        foreach ((JoinedMoments moments, (Slot Slot, Tensor Gradient, StepFactors Factors)[] items) in _joined.Zip(alike))
        {
            using DisposeScope scope = NewDisposeScope();
            StepFactors f = items[0].Factors;
            using Scalar shrink = Scalars.Of(f.Shrink), decay = Scalars.Of(f.GradientDecay), beta1 = Scalars.Of(f.Beta1), beta2 = Scalars.Of(f.Beta2);
            using Scalar share1 = Scalars.Of(f.NewShare1), share2 = Scalars.Of(f.NewShare2), correction = Scalars.Of(f.Correction2);
            using Scalar epsilon = Scalars.Of(f.Epsilon), step = Scalars.Of(-f.StepSize);
            Tensor parameter = cat([.. items.Select(item => item.Slot.Parameter.Value.flatten())]), g = cat([.. items.Select(item => item.Gradient.flatten())]);
            if (f.Shrink != 1)
            {
                parameter.mul_(shrink);
            }

            g = f.GradientDecay == 0 ? g : g.add(parameter, decay);
            moments.First.mul_(beta1).add_(g, alpha: share1);
            moments.Second.mul_(beta2).addcmul_(g, g, share2);
            Tensor denominator = moments.Second.sqrt().div_(correction).add_(epsilon, Scalars.One);
            parameter.addcdiv_(moments.First, denominator, step);
            foreach ((Slot slot, Tensor part) in moments.Slots.Zip(moments.Split(parameter)))
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

    private readonly record struct StepFactors(
        float Shrink, float GradientDecay, float Beta1, float NewShare1, float Beta2, float NewShare2, float StepSize, float Correction2, float Epsilon);

    private sealed class Slot(GroupParameter parameter, int group) : IDisposable
    {
        public GroupParameter Parameter { get; } = parameter;

        public int Group { get; } = group;

        public Tensor? First { get; private set; }

        public Tensor? Second { get; private set; }

        public long Steps { get; set; }

        public bool IsPlain => Parameter.Value.device.type == DeviceType.CPU && Parameter.Value.dtype == ScalarType.Float32 && Parameter.Value.is_contiguous();

        public void Prepare()
        {
            First ??= zeros_like(Parameter.Value).DetachFromDisposeScope();
            Second ??= zeros_like(Parameter.Value).DetachFromDisposeScope();
        }

        /// <summary>Lets the moments be parts of longer vectors.</summary>
        public void Join(Tensor first, Tensor second)
        {
            Dispose();
            (First, Second) = (first.DetachFromDisposeScope(), second.DetachFromDisposeScope());
        }

        public void Dispose()
        {
            First?.Dispose();
            Second?.Dispose();
        }
    }

    /// <summary>The moments of several parameters one behind the other; each slot's own are parts of them.</summary>
    private sealed class JoinedMoments : IDisposable
    {
        public JoinedMoments(Slot[] slots)
        {
            using DisposeScope scope = NewDisposeScope();
            Slots = slots;
            First = cat([.. slots.Select(slot => slot.First!.flatten())]).DetachFromDisposeScope();
            Second = cat([.. slots.Select(slot => slot.Second!.flatten())]).DetachFromDisposeScope();
            foreach ((Slot slot, (Tensor first, Tensor second)) in slots.Zip(Split(First).Zip(Split(Second))))
            {
                slot.Join(first, second);
            }
        }

        public Slot[] Slots { get; }

        public Tensor First { get; }

        public Tensor Second { get; }

        /// <summary>Each parameter's part of a vector, in the parameter's shape.</summary>
        public IEnumerable<Tensor> Split(Tensor joined) =>
            joined.split([.. Slots.Select(slot => slot.Parameter.Value.numel())]).Zip(Slots, (part, slot) => part.view(slot.Parameter.Value.shape));

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    private readonly record struct Chunk(Slot Slot, Tensor Gradient, StepFactors Factors, int Start, int Length)
    {
        public void Run()
        {
            Span<float> p = Floats(Slot.Parameter.Value), m = Floats(Slot.First!), v = Floats(Slot.Second!), g = Floats(Gradient);
            StepFactors f = Factors;
            int width = Vector<float>.Count, i = 0;
            Vector<float> shrink = new(f.Shrink), decay = new(f.GradientDecay), beta1 = new(f.Beta1), new1 = new(f.NewShare1);
            Vector<float> beta2 = new(f.Beta2), new2 = new(f.NewShare2), size = new(f.StepSize), correction = new(f.Correction2), epsilon = new(f.Epsilon);
            for (; i <= p.Length - width; i += width)
            {
                Vector<float> parameter = new Vector<float>(p[i..]) * shrink;
                Vector<float> gradient = new Vector<float>(g[i..]) + (parameter * decay);
                Vector<float> first = (new Vector<float>(m[i..]) * beta1) + (gradient * new1);
                Vector<float> second = (new Vector<float>(v[i..]) * beta2) + (gradient * gradient * new2);
                Vector<float> denominator = (Vector.SquareRoot(second) / correction) + epsilon;
                (parameter - (first / denominator * size)).CopyTo(p[i..]);
                first.CopyTo(m[i..]);
                second.CopyTo(v[i..]);
            }

            for (; i < p.Length; i++)
            {
                float parameter = p[i] * f.Shrink;
                float gradient = g[i] + (parameter * f.GradientDecay);
                m[i] = (m[i] * f.Beta1) + (gradient * f.NewShare1);
                v[i] = (v[i] * f.Beta2) + (gradient * gradient * f.NewShare2);
                p[i] = parameter - (m[i] / ((MathF.Sqrt(v[i]) / f.Correction2) + f.Epsilon) * f.StepSize);
            }
        }

        private Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).Slice(Start, Length);
    }
}
