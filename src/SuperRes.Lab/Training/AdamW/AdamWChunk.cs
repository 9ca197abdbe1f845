using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>A stretch of a parameter's memory, which one thread brings forward by a step in one pass.</summary>
internal readonly record struct AdamWChunk(AdamWSlot Slot, Tensor Gradient, AdamWFactors Factors, int Start, int Length)
{
    public void Run()
    {
        Span<float> p = Floats(Slot.Parameter.Value), m = Floats(Slot.First!), v = Floats(Slot.Second!), g = Floats(Gradient);
        AdamWFactors f = Factors;
        int width = Vector<float>.Count, i = 0;
        Vector<float> shrink = new(f.Shrink), decay = new(f.GradientDecay), beta1 = new(f.Beta1), new1 = new(f.NewShare1);
        Vector<float> beta2 = new(f.Beta2), new2 = new(f.NewShare2), size = new(f.StepSize);
        Vector<float> correction = new(f.Correction2), epsilon = new(f.Epsilon);
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
