using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace SuperRes.Lab.Native;

/// <summary>
/// A convolution's weight in bfloat16 with the channels last, from float32 parameters in PyTorch's order, under weight norm or not. What is
/// a dozen passes
/// over the weight in torch's operations (norm, quotient, product, rounding, two reorderings, and their gradients) is one there and one
/// back.
/// </summary>
/// <remarks>Gradients are added to the parameters' own: handed back to torch, they would be copied once more.</remarks>
internal sealed class Bfloat16Weight : SingleTensorFunction<Bfloat16Weight>
{
    private const string Work = "work";
    private const int ChunkLength = 1 << 16;

    /// <inheritdoc/>
    public override string Name => nameof(Bfloat16Weight);

    /// <summary>Whether these parameters can be taken: dense float32 ones in main memory.</summary>
    public static bool Takes(Tensor direction, Tensor? gain) =>
        Bfloat16Rows.AreSupported && direction.dim() == 4 && IsPlain(direction) && (gain is null || IsPlain(gain));

    /// <summary>The weight.</summary>
    /// <param name="direction">Out × in × height × width.</param>
    /// <param name="gain">Weight norm's length of each output channel's weight; null for none, where the direction is the weight.</param>
    /// <param name="inputPadding">Input channels of zeros behind the others.</param>
    /// <param name="outputPadding">Output channels of zeros behind the others.</param>
    /// <returns>bfloat16, (out + padding) × (in + padding) × height × width, with the channels last.</returns>
    public static Tensor Of(Parameter direction, Parameter? gain, int inputPadding, int outputPadding)
    {
        var work = new Rows(direction, gain, inputPadding, outputPadding);
        using Tensor rows = gain is null ? apply(direction, work) : apply(direction, work, gain);
        return rows.permute(0, 3, 1, 2);
    }

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var work = (Rows)vars[1];
        ctx.save_data(Work, work);
        return work.Reduce();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var work = (Rows)ctx.get_data(Work);
        using (grad_output)
        {
            work.AddGradients(grad_output);
        }

        return [.. Enumerable.Repeat<Tensor>(null!, work.Arguments)];
    }

    private static bool IsPlain(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32
        && tensor.is_contiguous();

    /// <summary>A weight's rows, one for each output channel, and how they are gone through.</summary>
    private sealed unsafe class Rows(Parameter direction, Parameter? gain, int inputPadding, int outputPadding)
    {
        private readonly int _outputs = (int)direction.shape[0], _inputs = (int)direction.shape[1], _height = (int)direction.shape[2],
            _width = (int)direction.shape[3];
        private readonly float[] _norms = gain is null ? [] : new float[direction.shape[0]];

        public int Arguments => gain is null ? 2 : 3;

        private int Area => _height * _width;

        private int Length => _inputs * Area;

        private int Stride => _inputs + inputPadding;

        public Tensor Reduce()
        {
            long[] shape = [_outputs + outputPadding, _height, _width, Stride];
            Tensor result = inputPadding + outputPadding == 0 ? empty(shape, ScalarType.BFloat16) : zeros(shape, ScalarType.BFloat16);
            (nint source, nint target, nint gains) = (Address(direction), Address(result), Address(gain));
            ForEachRow((row, _) =>
            {
                float* from = (float*)source + ((long)row * Length);
                float scale = 1;
                if (gains != 0)
                {
                    _norms[row] = MathF.Sqrt(Bfloat16Rows.Dot(from, from, Length));
                    scale = ((float*)gains)[row] / _norms[row];
                }

                Bfloat16Rows.Reduce(from, (ushort*)target + ((long)row * Area * Stride), _inputs, Area, Stride, scale);
            });
            return result;
        }

        public void AddGradients(Tensor gradient)
        {
            using Tensor dense = gradient.contiguous();
            bool addsGain = false;
            using Tensor? change = GradientOf(direction, out bool adds), gainChange = gain is null ? null : GradientOf(gain, out addsGain);
            (nint source, nint weight, nint gains, nint target, nint gainTarget) =
                (Address(dense), Address(direction), Address(gain), Address(change), Address(gainChange));
            int[] order = Bfloat16Rows.Order(Area);
            ForEachRow((row, memory) =>
            {
                float* ofWeight = (float*)memory, v = (float*)weight + ((long)row * Length);
                Bfloat16Rows.Restore((ushort*)source + ((long)row * Area * Stride), ofWeight, _inputs, Area, Stride, order);
                float scale = 1, back = 0;
                if (gains != 0)
                {
                    // w = g·v/|v|: ∂g = ∂w·v/|v|, ∂v = (g/|v|)·(∂w − v·(∂w·v)/|v|²).
                    float along = Bfloat16Rows.Dot(ofWeight, v, Length) / _norms[row];
                    scale = ((float*)gains)[row] / _norms[row];
                    back = scale * along / _norms[row];
                    if (gainTarget != 0)
                    {
                        ((float*)gainTarget)[row] = along + (addsGain ? ((float*)gainTarget)[row] : 0);
                    }
                }

                if (target != 0)
                {
                    Bfloat16Rows.Combine((float*)target + ((long)row * Length), ofWeight, scale, v, back, Length, adds);
                }
            });
        }

        private static nint Address(Tensor? tensor)
        {
            if (tensor is null)
            {
                return 0;
            }

            fixed (byte* start = tensor.bytes)
            {
                return (nint)start; // torch's memory, which doesn't move
            }
        }

        /// <summary>The gradient that a parameter has, or new memory for one; null where it wants none.</summary>
        private static Tensor? GradientOf(Parameter parameter, out bool adds)
        {
            adds = false;
            if (!parameter.requires_grad)
            {
                return null;
            }

            if (parameter.grad is { } there)
            {
                adds = true;
                return there;
            }

            Tensor fresh = empty_like(parameter);
            parameter.grad = fresh;
            return fresh;
        }

        /// <summary>Goes through the rows on all cores, each with memory for one row.</summary>
        private void ForEachRow(Action<int, nint> action)
        {
            int perChunk = Math.Max(1, ChunkLength / Length), chunks = (_outputs + perChunk - 1) / perChunk;
            TorchThreads.For(chunks, Run);

            void Run(int chunk)
            {
                void* memory = NativeMemory.Alloc((nuint)Length, sizeof(float));
                for (int row = chunk * perChunk; row < Math.Min(_outputs, (chunk + 1) * perChunk); row++)
                {
                    action(row, (nint)memory);
                }

                NativeMemory.Free(memory);
            }
        }
    }
}
