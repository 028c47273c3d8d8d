// What NVIDIA GPUs need beside ONNX Runtime, pinned. The versions are those that PyTorch 2.9 and 2.10 ask for together
// (their `Requires-Dist`); sizes and hashes are those of the files that pip fetched from PyPI. Which libraries are needed was
// read from ONNX Runtime 1.26, the last CUDA 12 build on PyPI: its provider is linked to the six of CUDA and cuDNN; cuFFT opens
// libnvJitLink, cuDNN opens libnvrtc.

/** A package of one of the two feeds, and what is taken from it. */
export interface CudaPackage {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly licence: string
  readonly entries: readonly string[]
}

/** A wheel on PyPI whose file is known. */
export interface PinnedWheel extends CudaPackage {
  readonly file: string
  readonly byteLength: number
  /** lower-case hex */
  readonly sha256: string
  /** of its entries */
  readonly unpackedBytes: number
}

const toolkitLicence = 'NVIDIA CUDA Toolkit End User License Agreement'
const cudnnLicence = 'NVIDIA Software Development Kits License Agreement with the cuDNN supplement'

/** The providers that onnxruntime-node would fetch for itself; of exactly its version. */
export function providerPackage(runtimeVersion: string): CudaPackage {
  return {
    name: 'Microsoft.ML.OnnxRuntime.Gpu.Linux',
    version: runtimeVersion,
    title: 'ONNX Runtime for CUDA 12',
    licence: 'MIT',
    entries: ['shared', 'cuda'].map((name) => `runtimes/linux-x64/native/libonnxruntime_providers_${name}.so`),
  }
}

export const pinnedWheels: readonly PinnedWheel[] = [
  {
    ...{ name: 'nvidia-cuda-runtime-cu12', version: '12.8.90', title: 'CUDA 12 runtime', licence: toolkitLicence },
    file: 'nvidia_cuda_runtime_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    byteLength: 954_765,
    sha256: 'adade8dcbd0edf427b7204d480d6066d33902cab2a4707dcfc48a2d0fd44ab90',
    entries: ['nvidia/cuda_runtime/lib/libcudart.so.12'],
    unpackedBytes: 728_800,
  },
  {
    ...{ name: 'nvidia-cublas-cu12', version: '12.8.4.1', title: 'cuBLAS', licence: toolkitLicence },
    file: 'nvidia_cublas_cu12-12.8.4.1-py3-none-manylinux_2_27_x86_64.whl',
    byteLength: 594_346_921,
    sha256: '8ac4e771d5a348c551b2a426eda6193c19aa630236b418086020df5ba9667142',
    entries: ['nvidia/cublas/lib/libcublas.so.12', 'nvidia/cublas/lib/libcublasLt.so.12'],
    unpackedBytes: 868_160_368,
  },
  {
    ...{ name: 'nvidia-cufft-cu12', version: '11.3.3.83', title: 'cuFFT', licence: toolkitLicence },
    file: 'nvidia_cufft_cu12-11.3.3.83-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    byteLength: 193_118_695,
    sha256: '4d2dd21ec0b88cf61b62e6b43564355e5222e4a3fb394cac0db101f2dd0d4f74',
    entries: ['nvidia/cufft/lib/libcufft.so.11'],
    unpackedBytes: 278_925_016,
  },
  {
    ...{ name: 'nvidia-nvjitlink-cu12', version: '12.8.93', title: 'nvJitLink', licence: toolkitLicence },
    file: 'nvidia_nvjitlink_cu12-12.8.93-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    byteLength: 39_254_836,
    sha256: '81ff63371a7ebd6e6451970684f916be2eab07321b73c9d244dc2b4da7f73b88',
    entries: ['nvidia/nvjitlink/lib/libnvJitLink.so.12'],
    unpackedBytes: 94_101_392,
  },
  {
    ...{ name: 'nvidia-curand-cu12', version: '10.3.9.90', title: 'cuRAND', licence: toolkitLicence },
    file: 'nvidia_curand_cu12-10.3.9.90-py3-none-manylinux_2_27_x86_64.whl',
    byteLength: 63_619_976,
    sha256: 'b32331d4f4df5d6eefa0554c565b626c7216f87a06a4f56fab27c3b68a830ec9',
    entries: ['nvidia/curand/lib/libcurand.so.10'],
    unpackedBytes: 136_749_240,
  },
  {
    ...{ name: 'nvidia-cuda-nvrtc-cu12', version: '12.8.93', title: 'NVRTC', licence: toolkitLicence },
    file: 'nvidia_cuda_nvrtc_cu12-12.8.93-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    byteLength: 88_040_029,
    sha256: 'a7756528852ef889772a84c6cd89d41dfa74667e24cca16bb31f8f061e3e9994',
    entries: ['nvidia/cuda_nvrtc/lib/libnvrtc.so.12', 'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.8'],
    unpackedBytes: 110_825_752,
  },
  {
    ...{ name: 'nvidia-cudnn-cu12', version: '9.10.2.21', title: 'cuDNN 9', licence: cudnnLicence },
    file: 'nvidia_cudnn_cu12-9.10.2.21-py3-none-manylinux_2_27_x86_64.whl',
    byteLength: 706_758_467,
    sha256: '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
    entries: [
      '',
      '_adv',
      '_cnn',
      '_engines_precompiled',
      '_engines_runtime_compiled',
      '_graph',
      '_heuristic',
      '_ops',
    ].map((part) => `nvidia/cudnn/lib/libcudnn${part}.so.9`),
    unpackedBytes: 1_053_232_960,
  },
]
