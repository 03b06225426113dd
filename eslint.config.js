import js from '@eslint/js';
import imports from 'eslint-plugin-import';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig([
  globalIgnores([
    'node_modules',
    'dist',
    'web/dist',
    'data',
    'models',
    'coverage',
    'src/compute/onnx/generated',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { import: imports },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      // Our imports carry their `.ts` extension, so plain Node resolution finds every one of them.
      'import/resolver': { node: { extensions: ['.ts', '.tsx'] } },
      'import/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import/extensions': ['.ts', '.tsx'],
    },
    rules: {
      // A type-only import is erased and cannot make a cycle at run time, yet it ties two files together all
      // the same; the plugin leaves it out on purpose.
      'import/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',

      // Numeric code: an index that is in range is known to the loop, not to the compiler, and numbers belong
      // in messages as they are.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
      // Array types here do not admit `undefined` (no noUncheckedIndexedAccess), so this rule would call
      // guards against a missing entry unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Implementations of an asynchronous interface may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
]);
